import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { expectSuccess, groupIds } from "../support/stack/program";
import { withExample, withStubs } from "./support/example-stack";

interface Outputs {
    readonly snapshotGroupId?: string;
    readonly consistency?: string;
    readonly consistencyByRegion?: Readonly<Record<string, string>>;
    readonly snapshotGroupIdByRegion?: Readonly<Record<string, string>>;
    readonly osType?: string;
    readonly preScriptOutput?: string;
    readonly postScriptOutput?: string;
}

/** Runs an example as its README says, until the first snapshot. */
function run(example: string, look: (outputs: Outputs, emulator: Emulator) => void): Promise<void> {
    return withExample(example, async ({ emulator, stack, configure }) => {
        await configure();
        expectSuccess(await stack.up([]));
        const outputs = await stack.outputs<Outputs>();
        const { consistencyByRegion, snapshotGroupIdByRegion } = outputs;
        expect(outputs.consistency ?? consistencyByRegion?.["cn-hangzhou"]).to.equal("application");
        expect(groupIds(emulator)).to.deep.equal([
            outputs.snapshotGroupId ?? snapshotGroupIdByRegion?.["cn-hangzhou"],
        ]);
        look(outputs, emulator);
    });
}

/** Returns what the scripts printed on the instance. */
function printedIn({ state }: Emulator): string {
    return state.invocations
        .flatMap(({ results }) => results.map(({ output }) => output))
        .join("\n")
        .replace(/^(pre|post)-script printed: (\S+)$/gm, (_line, script: string, base64: string) =>
            [script, Buffer.from(base64, "base64").toString()].join(": "),
        );
}

describe("the examples that take one snapshot", () => {
    withStubs();

    it("quickstart: turn backup mode on", () =>
        run("quickstart", (_outputs, emulator) => {
            expect(printedIn(emulator)).to.match(/pre: .*postgresql: PostgreSQL 15\.0: backup mode is on/);
        }));

    it("windows: let VSS quiesce the applications", () =>
        run("windows", ({ osType }) => {
            expect(osType).to.equal("windows");
        }));

    it("mysql: block the commits, and name the group after the release", () =>
        run("mysql", (_outputs, emulator) => {
            expect(printedIn(emulator))
                .to.match(/pre: .*mysql: MariaDB 10\.11\.6: writes are blocked/)
                .and.match(/post: .*mysql: writes were blocked for/);
            expect(emulator.state.snapshotGroups.map(({ name }) => name)).to.deep.equal(["before-1.4.0"]);
        }));

    it("pipeline: name the group after the release, without the role of a job", () =>
        run("pipeline", (_outputs, { state }) => {
            expect(state.snapshotGroups.map(({ name }) => name)).to.deep.equal(["before-v1.4.0"]);
        }));

    it("multi-region: do the same in the region that has an instance", () =>
        run("multi-region", (_outputs, emulator) => {
            expect(printedIn(emulator)).to.match(/post: .*postgresql: backup mode was on until/);
        }));

    it("combine: quiesce both, and resume them in reverse order", () =>
        run("combine", ({ preScriptOutput, postScriptOutput }) => {
            expect(preScriptOutput).to.match(/postgresql: .*backup mode is on[^]*redis: .*writes are paused/);
            expect(postScriptOutput).to.match(
                /redis: .*writes were paused[^]*postgresql: .*backup mode was on/,
            );
        }));
});
