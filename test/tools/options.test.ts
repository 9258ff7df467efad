import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { expect } from "chai";

const folder = join(__dirname, "..", "..", "tools");

/** Runs a tool, which must return before it can have done anything. */
function runTool(name: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, `${name}.mjs`), ...args], {
        encoding: "utf8",
        // With this PATH no npm, engine or compiler can be found.
        env: { PATH: "/nonexistent" },
        timeout: 60_000,
    });
    return { status, stdout, stderr };
}

async function read(...args: string[]) {
    const { readOptions } = await import("../../tools/options.mjs");
    return readOptions("Usage: x\n", { part: { type: "string" }, write: { type: "boolean" } }, args);
}

describe("the options of a tool", () => {
    it("are its values", async () => {
        const reading = await read("--part", "a", "--write");
        expect({ ...("values" in reading ? reading.values : {}) }).to.deep.equal({ part: "a", write: true });
    });

    it("ask for help, whatever else is given", async () => {
        expect(await read("--write", "--help")).to.deep.equal({ text: "Usage: x\n", exitCode: 0 });
    });

    it("are refused if they make no sense, without advice for other programs", async () => {
        expect(await read("--wirte")).to.deep.equal({
            text: "Unknown option '--wirte'.\nUsage: x\n",
            exitCode: 2,
        });
        expect(await read("--part")).to.deep.include({ exitCode: 2 });
    });

    for (const [tool, command] of [
        ["demo", "npm run demo"],
        ["test", "npm test"],
        ["bench", "npm run bench"],
        ["docs", "npm run docs"],
        ["engine", "npm run --silent engine"],
        ["matrix", "npm run matrix"],
    ] as const) {
        it(`are explained by ${command} -- --help, which does nothing else`, () => {
            const { status, stdout, stderr } = runTool(tool, "--help");
            expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
            expect(stdout).to.match(new RegExp(`^Usage: ${command}\\b`));
        });
        if (tool !== "test") {
            it(`are refused by ${command} before it does anything, if misspelt`, () => {
                const { status, stdout, stderr } = runTool(tool, "--hlep");
                expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
                expect(stderr).to.match(/^Unknown option '--hlep'\.\nUsage: /);
            });
        }
    }
});
