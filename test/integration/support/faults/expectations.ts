import { expect } from "chai";
import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

import { defaultRetryLimits } from "../../../../provider/src/cloud/ecs/retry";
import { count } from "../../../support/counts";
import { accessKey, type Life } from "../life";
import { type FaultPoint, placeOf } from "./points";

/** More requests than growing delays allow within the time of one call. */
const mostRequests = 60;

/** Expects that no call is repeated forever. */
export function expectBounded(ledger: readonly LedgerEntry[]): void {
    const hit = ledger.filter(({ faulted }) => faulted !== undefined);
    const callOf = ({ action, params }: LedgerEntry): string => JSON.stringify([action, params]);
    for (const call of new Set(hit.map(callOf))) {
        const requests = hit.filter((entry) => callOf(entry) === call);
        const times = requests.map(({ time }) => Date.parse(time));
        const spent = Math.max(...times) - Math.min(...times);
        const limit = requests.some(({ faulted }) => faulted === "throttled") ? "laterMs" : "againMs";
        expect(requests.length, `requests of ${call}`).to.be.at.most(mostRequests);
        expect(spent, `milliseconds of ${call}`).to.be.at.most(defaultRetryLimits[limit]);
    }
}

/** Expects that the error names what exists, and nothing secret. */
export function expectTold(life: Life, points: readonly FaultPoint[], failure: Error): void {
    const { message } = failure;
    if (!points.some(isInTheDark)) {
        for (const names of life.existing) {
            const named = names.some((name) => message.includes(name));
            broken("lost", !named, `none of ${names.join(", ")} is in: ${message}`);
        }
    }
    const everything = [message, failure.stack, JSON.stringify(failure)].join("\n");
    expect(everything).not.to.include(accessKey.id);
    expect(everything).not.to.include(accessKey.secret);
    // The host is named; the URL, which is signed, is not.
    expect(everything).not.to.match(/signature|https?:|\?RegionId/i);
}

/** Tells whether the question for earlier runs itself is not answered, so that nothing is known of them. */
function isInTheDark(point: FaultPoint): boolean {
    return placeOf(point) === "adopt, DescribeInvocations by tags";
}

/** Expects exactly one snapshot, the one in the state, and nothing else of it. */
export function expectInOrder(life: Life): void {
    const { recorded } = life.deployment;
    const groups = life.ownGroupIds;
    broken("duplicated", groups.length > 1, `there are ${groups.join(", ")}`);
    broken("lost", groups.length < 1, "there is no group");
    expect(groups).to.deep.equal([recorded?.id]);
    expect(recorded?.outputs["snapshotGroupId"]).to.equal(recorded?.id);
    expect(recorded?.outputs).not.to.have.property("pending");
    const { invokeId } = recorded?.outputs ?? {};
    broken(
        "lost",
        life.openInvocationIds.some((id) => id !== invokeId),
        `open are ${life.openInvocationIds.join(", ")}, recorded is ${String(invokeId)}`,
    );
    if (!warningsOf(life).includes("RAM role")) {
        expectInstanceAsBefore(life);
    }
    expectNotFrozen(life);
}

/** Expects that the older group, which is in no state, stays, and that a warning names it or says why it can't. */
export function expectOlderGroup(life: Life): void {
    broken("lost", !life.olderGroupExists, `${life.olderGroupId} is gone`);
    expect(warningsOf(life)).to.match(new RegExp(`${life.olderGroupId}|older snapshot groups`));
}

function warningsOf({ deployment: { recorded } }: Life): string {
    return JSON.stringify(recorded?.outputs["warnings"] ?? []);
}

export function expectNothingLeft(life: Life): void {
    broken("lost", life.ownGroupIds.length > 0, `left is ${life.ownGroupIds.join(", ")}`);
    broken("lost", life.ownSnapshotIds.length > 0, `left is ${life.ownSnapshotIds.join(", ")}`);
    expect(life.openInvocationIds, "open invocations").to.deep.equal([]);
    expectInstanceAsBefore(life);
    expectNotFrozen(life);
}

function expectInstanceAsBefore({ instance }: Life): void {
    expect(instance.ramRoleName, "the temporary role").to.equal(undefined);
    expect(instance.tags, "tags of the instance").to.deep.equal({});
}

function expectNotFrozen(life: Life): void {
    broken("frozen", life.instance.frozen, "the instance is frozen");
}

/** Counts a harm that must never happen for the summary of the run, and fails the test. */
function broken(name: "lost" | "duplicated" | "frozen", is: boolean, what: string): void {
    count(name, is ? 1 : 0);
    expect(is, `${name}: ${what}`).to.equal(false);
}
