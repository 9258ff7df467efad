import { expect } from "chai";

import type { Terminal } from "../../../../provider/src/cli/command/services";
import { anchorOf } from "../../../../provider/src/errors/address";
import { apiErrorEntry } from "../../../../provider/src/errors/api-errors";
import { AppSnapshotError, combine } from "../../../../provider/src/errors/app-snapshot-error";
import { errorGroups } from "../../../../provider/src/errors/catalogue";
import { exitCodeEntry, exitCodes } from "../../../../provider/src/errors/exit-codes";
import { furtherReading } from "../../../../provider/src/errors/further-reading";
import { particularStates } from "../../../../provider/src/errors/instance-state";
import { ownErrors } from "../../../../provider/src/errors/own-errors";
import { runOffline } from "../run-offline";

interface Printed {
    readonly errors: readonly {
        readonly code: string;
        readonly exitCode?: number;
        readonly urgent: boolean;
        readonly remedy: string;
        readonly frozenOrPaused: string;
        readonly groupMayExist?: boolean;
        readonly inTheCloud: string;
        readonly upAgain: string;
        readonly pages: readonly string[];
    }[];
}

/** Runs the command without a cloud, Pulumi or a terminal. */
function run(args: readonly string[], input = "", terminal: Terminal = { colours: false }) {
    return runOffline(["explain", ...args], { terminal, readInput: () => Promise.resolve(input) });
}

async function explained(args: readonly string[], input?: string): Promise<Printed["errors"]> {
    const { code, out, err } = await run([...args, "--json"], input);
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    return (JSON.parse(out) as Printed).errors;
}

async function codesOf(args: readonly string[], input?: string): Promise<string[]> {
    return (await explained(args, input)).map(({ code }) => code);
}

const listed = errorGroups.flatMap(({ errors }) => errors);

describe("app-snapshot explain", () => {
    it("explains every code, in any case, with the remedy of the error", async () => {
        for (const { entry } of listed) {
            const anchor = anchorOf(entry.code);
            for (const spelling of [entry.code.toLowerCase(), anchor, `docs/errors.md#${anchor}`]) {
                expect(await codesOf([spelling]), spelling).to.include(entry.code);
            }
            for (const spelling of [entry.code, entry.code.toLowerCase()]) {
                const found = await explained([spelling]);
                const remedies = found.map(({ remedy }) => remedy.slice(0, entry.remedy.length));
                expect(remedies, spelling).to.include(entry.remedy);
                for (const one of found) {
                    expect(one.code).to.equal(entry.code);
                    for (const text of [one.frozenOrPaused, one.inTheCloud, one.upAgain, ...one.pages]) {
                        expect(text, spelling).to.match(/^\S.*\S$/);
                    }
                }
            }
        }
    });

    it("explains every exit code, and those that nobody documents", async () => {
        for (const exitCode of [...Object.keys(exitCodes).map(Number), 77, 3009]) {
            const found = await explained([String(exitCode)]);
            expect(found).to.have.length(1);
            expect(found[0]).to.include({ code: exitCodeEntry(exitCode).code, exitCode });
        }
    });

    it("says of each urgent failure that something may be frozen or paused, how to thaw it, and to do so first", async () => {
        for (const { entry } of listed) {
            const all = await explained([entry.code]);
            const found = all.find(({ remedy }) => remedy.startsWith(entry.remedy));
            expect(found?.urgent, entry.code).to.equal(entry.urgent === true);
            if (entry.urgent === true) {
                expect(found?.frozenOrPaused).to.match(/^Possibly: .*fsfreeze --unfreeze/);
                expect(found?.upAgain).to.match(/^Only after the instance has been checked\./);
                expect(found?.pages).to.include("docs/lifecycle.md#failures");
            } else {
                expect(found?.frozenOrPaused, entry.code).not.to.match(/^Possibly/);
            }
        }
    });

    it("never says that nothing is paused after a pre-script that failed, or of a run whose result is unknown", async () => {
        for (const code of ["PluginPreScriptFailed", "ResultForgotten"]) {
            const [found] = await explained([code]);
            expect(found?.frozenOrPaused).to.match(/[Cc]heck that the application accepts writes/);
            expect(found?.upAgain).to.match(/^Only after the instance has been checked\./);
        }
    });

    it("says that a snapshot group may exist exactly if the tables say so", async () => {
        for (const [exitCode, { groupMayExist }] of Object.entries(exitCodes)) {
            const [found] = await explained([exitCode]);
            expect(found?.groupMayExist).to.equal(groupMayExist);
            expect(found?.inTheCloud).to.match(
                groupMayExist ? /^Possibly a snapshot group/ : /^No snapshot group/,
            );
        }
    });

    it("explains a code of the API by the entry for codes like it", async () => {
        expect(await codesOf(["Forbidden.RAM"])).to.deep.equal(["Forbidden"]);
        expect(await codesOf(["throttling.user"])).to.deep.equal(["Throttling"]);
    });

    it("explains both meanings of a code that has two", async () => {
        expect(await codesOf(["InstanceNotRunning"])).to.deep.equal([
            "InstanceNotRunning",
            "InstanceNotRunning",
        ]);
    });

    it("explains several codes in their order, each once", async () => {
        expect(await codesOf(["RoleConflict", "12", "PluginThawFailed"])).to.deep.equal([
            "RoleConflict",
            "PluginThawFailed",
        ]);
    });

    it("lists all codes by their groups without one", async () => {
        const { code, out } = await run([]);
        expect(code).to.equal(0);
        for (const { title } of errorGroups) {
            expect(out.split("\n")).to.include(title);
        }
        for (const { entry } of listed) {
            expect(out).to.match(new RegExp(`^ +(?:\\d+ )?${entry.code.replaceAll(".", "\\.")} `, "m"));
        }
        expect(await codesOf([])).to.deep.equal(listed.map(({ entry }) => entry.code));
    });

    it("finds the codes in the output of an update, each once and the urgent ones first", async () => {
        const several = combine([
            new AppSnapshotError(ownErrors.AgentOffline),
            new AppSnapshotError(ownErrors.NoEssdDisk),
        ]);
        const other = new AppSnapshotError(apiErrorEntry("Something.New"));
        const urgent = new AppSnapshotError(exitCodeEntry(12), { instanceId: "i-1" });
        const output = [several, other, urgent, several]
            .map(
                ({ shownMessage }) =>
                    `  pulumi-nodejs:dynamic:Resource (a):\n    error: 1 error occurred:\n    * ${shownMessage}`,
            )
            .join("\n");
        const codes = ["PluginThawFailed", "SeveralProblems", "AgentOffline", "NoEssdDisk", "OtherApiError"];
        expect(await codesOf(["-"], output)).to.deep.equal(codes);
        expect(await codesOf(["-"], output.replaceAll("\n", "\r\n"))).to.deep.equal(codes);
    });

    it("finds the codes in a log with colours", async () => {
        const log =
            "    \u001b[38;5;3mwarning: \u001b[0mPluginThawFailed: the plugin could not thaw.\u001b[0m\n";
        expect(await codesOf(["-"], log)).to.deep.equal(["PluginThawFailed"]);
    });

    it("takes a word for a code only where an error has its code", async () => {
        const { code, out, err } = await run(
            ["-"],
            "The update was Interrupted. Resources:\nerror: Degraded\n",
        );
        expect({ code, out }).to.deep.equal({ code: 1, out: "" });
        expect(err).to.match(/^app-snapshot: No error code of this package is in that text\./);
    });

    for (const [args, why] of [
        [["PluginThawFailde"], /there is no error "PluginThawFailde"; did you mean PluginThawFailed\?/],
        [["thawfailed"], /did you mean PluginThawFailed\?/],
        [["pluginrole"], /there is no error "pluginrole"/],
        [["degrade"], /did you mean Degraded\?/],
        [["Nonsense"], /there is no error "Nonsense"; without a code, all are listed\..*OtherApiError/],
        [["\u001b[31mred"], /there is no error "\ufffd\[31mred"/],
        [["0"], /exit code 0 is not an error/],
        [["Degraded", "Nonsense"], /there is no error "Nonsense"/],
        [["-", "Degraded"], /- can't be combined with codes/],
        [["--jsn"], /did you mean --json\?/],
    ] as const) {
        it(`refuses ${JSON.stringify(args)}, and prints no explanation`, async () => {
            const { code, out, err } = await run(args);
            expect({ code, out }).to.deep.equal({ code: 2, out: "" });
            expect(err)
                .to.match(why)
                .and.match(/^Usage: app-snapshot explain /m);
        });
    }

    it("fits the width of a terminal, and has colours only there", async () => {
        const narrow = await run(["12"], "", { columns: 70, colours: true });
        expect(narrow.out).to.include("\u001b[1;31mPluginThawFailed\u001b[0m (exit code 12, urgent)");
        const lines = narrow.out
            .split("\n")
            .filter((line) => !line.includes("\u001b") && !line.includes("The pages"));
        expect(Math.max(...lines.map((line) => line.length))).to.be.within(60, 70);
        const log = await run(["12"]);
        expect(log.out).not.to.include("\u001b");
    });
});

describe("the tables about errors", () => {
    it("name only codes that exist", () => {
        const codes = listed.map(({ entry }) => entry.code);
        expect(codes).to.include.members([...Object.keys(furtherReading), ...Object.keys(particularStates)]);
    });

    it("let no urgent error have a milder state", () => {
        const urgent = listed.filter(({ entry }) => entry.urgent === true).map(({ entry }) => entry.code);
        expect(Object.keys(particularStates).filter((code) => urgent.includes(code))).to.deep.equal([]);
    });
});
