import { execFile } from "node:child_process";
import { cp, realpath, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { codeBlocks, document, root, section } from "../docs/support/markdown";
import { withFolder } from "../support/folder";
import { expectSuccess } from "../support/stack/program";
import { withEngine } from "./support/engine";

const run = promisify(execFile);
const readme = section(document("README.md"), "## The first program");

describe("the first program of the README", () => {
    const path = process.env["PATH"];
    before(async () => {
        const { PROGRAMS } = await import("../../tools/demo/instance.mjs");
        process.env["PATH"] = [PROGRAMS, path].join(delimiter);
    });
    after(() => {
        process.env["PATH"] = path;
    });

    it("comes up and down on the emulator, where the stubs of the demo answer for PostgreSQL", () =>
        withFolder(async (folder) => {
            const program = await programIn(folder);
            await withEngine(
                async ({ emulator, stack }) => {
                    const { output } = expectSuccess(await stack.up([]));
                    const outputs = await stack.outputs<Record<string, unknown>>();
                    expect(outputs["consistency"]).to.equal("application");
                    const [shown = ""] = codeBlocks(readme, "text");
                    expect(Object.keys(outputs)).to.have.members(
                        [...shown.matchAll(/^ {4}(\w+) *:/gm)].map(([, name]) => name),
                    );
                    expect(output).to.match(/pre-script printed: .* PostgreSQL 15\.0: backup mode is on/);
                    expect(output).to.match(
                        /post-script printed: .* backup mode was on until 0\/2000170, for/,
                    );

                    expectSuccess(await stack.up([], "--expect-no-changes"));
                    expectSuccess(await stack.destroy());
                    expect(emulator.state.snapshotGroups).to.be.empty;
                },
                { stack: { programFolder: program } },
            );
        }));
});

describe("npm run demo", () => {
    it("tells of the instance, the scripts, the freeze, the members and what to try next", async () => {
        const { stdout } = await run(process.execPath, [join(root, "tools", "demo.mjs")]);
        const told = [
            "== The instance",
            "i-bp1linuxdb0000000001 (linux-db-1)",
            "no PostgreSQL: the stubs",
            "== pulumi up takes the snapshot",
            "pre-script | app-snapshot: postgresql: PostgreSQL 15.0: backup mode is on",
            "plugin | Freeze file systems successfully",
            "plugin | Create snapshot group ssg-",
            "plugin | Thaw file systems successfully",
            "post-script | app-snapshot: postgresql: backup mode was on until 0/2000170",
            "== What is in the snapshot group",
            "== A second pulumi up changes nothing",
            "2 unchanged",
            "== pulumi destroy deletes the snapshot",
            "== What to try next",
        ];
        const places = told.map((words) => stdout.indexOf(words));
        expect(
            told.filter((_, index) => places[index] === -1),
            stdout,
        ).to.deep.equal([]);
        expect(places, stdout).to.deep.equal([...places].sort((one, other) => one - other));
        for (const member of ["system disk d-bp1linuxdb0000001sys", "data disk d-bp1linuxdb0000001dat"]) {
            expect(stdout).to.contain(`of ${member}: APPConsistent=True`);
        }
    });
});

/**
 * A Pulumi program with the text as it stands in the README, save for the directory of the scripts' state: the default
 * one belongs to the whole machine, and only root can make it.
 */
async function programIn(folder: string): Promise<string> {
    const [text = ""] = codeBlocks(readme, "ts");
    const runDirectory = join(await realpath(folder), "run");
    const program = text.replace("postgresql()", `postgresql(${JSON.stringify({ runDirectory })})`);
    expect(program).not.to.equal(text);
    await writeFile(join(folder, "index.ts"), program);
    await writeFile(join(folder, "Pulumi.yaml"), "name: first-program\nruntime: nodejs\n");
    for (const file of ["package.json", "tsconfig.json"]) {
        await cp(join(root, "examples", "quickstart", file), join(folder, file));
    }
    await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    return folder;
}
