import { expect } from "chai";

import { releaseWhenAwaited, startPlugin } from "../support/stack/interruption";
import { expectSuccess, groupIds, instances, linuxSnapshot } from "../support/stack/program";
import type { TestResource } from "../support/stack/test-stack";
import { until } from "../support/until";
import { overProtocol } from "./support/protocol";

const instanceId = instances.withRole;

function release(version: string, more: TestResource["args"] = {}): TestResource {
    return linuxSnapshot("a", instanceId, { triggers: [version], ...more });
}

/** Returns the statuses in the row of the resource, in their order. */
function rowOf(output: string): string[] {
    const row = "AppConsistentSnapshot a ";
    return output
        .split("\n")
        .filter((line) => line.startsWith(row))
        .map((line) => line.slice(row.length));
}

describe("the row of a resource", () => {
    it("begins each line of a wait with the action and its duration", () =>
        overProtocol(async ({ emulator, stack }) => {
            const update = { resources: [release("1")], instanceId };
            const { ended } = await startPlugin(emulator, stack, update);
            await releaseWhenAwaited(emulator, instanceId);
            const row = rowOf(expectSuccess(await ended).output);
            expect(row[0]).to.equal("checking the instance");
            expect(row.filter((line) => /^(?:pending|running) \d+s: the snapshot plugin$/.test(line))).not.to
                .be.empty;
            expect(row.at(-1)).to.match(/^took ssg-\w+, 1 snapshot$/);
        }));

    it("ends with the new snapshot if the old one is deleted after it", () =>
        overProtocol(async ({ emulator, stack }) => {
            expectSuccess(await stack.up([release("1")]));
            const [old] = groupIds(emulator);
            const row = rowOf(expectSuccess(await stack.up([release("2")])).output);
            const [taken] = groupIds(emulator);
            expect(row.at(-2)).to.equal(`deleted ${old ?? ""}`);
            expect(row.at(-1)).to.match(new RegExp(`^took ${taken ?? ""}, `));
            // Without a new one it ends with the deletion.
            expect(rowOf(expectSuccess(await stack.destroy()).output).at(-1)).to.equal(
                `deleted ${taken ?? ""}`,
            );
        }));

    it("ends with the new snapshot if keepLast deletes an older one", () =>
        overProtocol(async ({ emulator, stack }) => {
            const options = { retainOnDelete: true };
            const kept = (version: string): TestResource => ({
                ...release(version, { keepLast: 1 }),
                options,
            });
            expectSuccess(await stack.up([kept("1")]));
            const [old = ""] = groupIds(emulator);
            // The other resource delays the end of the update until the older snapshot is gone.
            const other = linuxSnapshot("other", instances.linux);
            const { ended } = await startPlugin(emulator, stack, {
                resources: [kept("2"), other],
                instanceId: instances.linux,
            });
            await until(() => !groupIds(emulator).includes(old));
            emulator.controls.releasePlugin(instances.linux);
            const row = rowOf(expectSuccess(await ended).output);
            const { a } = await stack.outputs();
            expect(row.at(-2)).to.equal(`deleting ${old}, which keepLast does not keep`);
            expect(row.at(-1)).to.match(new RegExp(`^took ${String(a?.["id"])}, `));
        }));
});
