import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { asksForVersion } from "../../../provider/src/cli/command-line";
import { commands } from "../../../provider/src/cli/commands";
import { runOffline } from "./run-offline";

const provider = join(__dirname, "..", "..", "..", "provider");
const cli = join(provider, "dist", "cli.js");

function run(line: string) {
    return runOffline(line === "" ? [] : line.split(" "));
}

describe("the program app-snapshot", () => {
    it("lists its commands, each on one line", async () => {
        const { code, out, err } = await run("--help");
        expect({ code, err }).to.deep.equal({ code: 0, err: "" });
        expect(out).to.match(/^Usage: app-snapshot COMMAND/);
        for (const { name, summary } of commands) {
            expect(out).to.match(new RegExp(`^  ${name} +${summary}$`, "m"));
        }
    });

    for (const { name, synopsis, usage } of commands) {
        it(`explains ${name}, whatever else is given, and its exit codes`, async () => {
            expect(await run(`${name} --nonsense --help`)).to.deep.equal({ code: 0, out: usage, err: "" });
            expect(usage.startsWith(`${synopsis}\n`)).to.equal(true);
            expect(synopsis).to.match(new RegExp(`^Usage: app-snapshot ${name} `));
            expect(usage).to.match(/^Exit codes: 0 /m);
        });
    }

    for (const [line, why] of [
        ["", /^app-snapshot: the first argument must be a command: doctor, explain, orphans/],
        ["--stack dev", /^app-snapshot: the first argument must be a command: doctor, explain, orphans/],
        [
            "strays --stack dev",
            /^app-snapshot: there is no command "strays"; the commands are: doctor, explain, orphans/,
        ],
        ["docter --json", /^app-snapshot: there is no command "docter"; did you mean doctor\?/],
        ["orphan --stack dev", /^app-snapshot: there is no command "orphan"; did you mean orphans\?/],
    ] as const) {
        it(`refuses a command line without a command: ${line}`, async () => {
            const { code, out, err } = await run(line);
            expect({ code, out }).to.deep.equal({ code: 2, out: "" });
            expect(err)
                .to.match(why)
                .and.match(/^Usage: app-snapshot COMMAND/m);
        });
    }

    it("asks for the version, whatever else is given", () => {
        expect(asksForVersion(["--version"])).to.equal(true);
        expect(asksForVersion(["orphans", "--version"])).to.equal(true);
        expect(asksForVersion(["orphans", "--stack", "dev"])).to.equal(false);
    });

    it("goes on to its own exit code if nobody reads its output any more", async () => {
        for (const [args, unread, exitCode] of [
            [["explain", "--json"], "stdout", 0],
            [["explain", "NoSuchCode"], "stderr", 2],
        ] as const) {
            const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
            const closed = once(child, "close");
            let errors = "";
            child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
            child[unread].destroy();
            expect(await closed).to.deep.equal([exitCode, null]);
            expect(errors).to.equal("");
        }
    });

    it("prints the version of the package", () => {
        const { version } = JSON.parse(readFileSync(join(provider, "package.json"), "utf8")) as {
            readonly version: string;
        };
        const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "--version"], {
            encoding: "utf8",
        });
        expect({ status, stdout, stderr }).to.deep.equal({ status: 0, stdout: `${version}\n`, stderr: "" });
    });
});
