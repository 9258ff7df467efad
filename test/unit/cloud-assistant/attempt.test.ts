import { expect } from "chai";
import * as fc from "fast-check";

import {
    attemptOf,
    attemptTags,
    canonicalJson,
    diskDigest,
    markerOf,
    resourceOf,
    stackOf,
    stateTag,
    type Attempt,
} from "../../../provider/src/cloud-assistant/attempt";
import { instanceId, invocationOf } from "../support/samples";

const attempt: Attempt = {
    attemptId: "00000000-0000-4000-8000-000000000000",
    stack: stackOf("urn"),
    resource: resourceOf("urn"),
    claim: "11111111-0000-4000-8000-000000000000",
    marker: markerOf("urn", {}),
    disks: diskDigest(["d-1", "d-2"]),
    system: "windows",
    groupName: "before-1",
    detachRole: undefined,
};

describe("an attempt", () => {
    it("is found again from the tags of its invocation", () => {
        for (const detachRole of [undefined, "Role"]) {
            const tags = attemptTags({ ...attempt, detachRole });
            expect(attemptOf(invocationOf({ tags }))).to.deep.equal({
                ...attempt,
                detachRole,
                invokeId: "t-sample",
                commandId: "c-sample",
                instanceId,
                timeoutSeconds: 3_930,
                creationTime: "2025-01-02T03:04:05Z",
                state: "open",
            });
        }
    });

    it("is not open any more once its tag says so", () => {
        const tags = [...attemptTags(attempt), stateTag("committed")];
        expect(attemptOf(invocationOf({ tags }))?.state).to.equal("committed");
    });

    it("belongs to the stack of its resource, which project and name make up", () => {
        const urn = (stack: string, project: string, name: string): string =>
            `urn:pulumi:${stack}::${project}::pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot::${name}`;
        expect(stackOf(urn("dev", "shop", "a"))).to.equal(stackOf(urn("dev", "shop", "b")));
        expect(stackOf(urn("dev", "shop", "a"))).not.to.equal(stackOf(urn("prod", "shop", "a")));
        expect(stackOf(urn("dev", "shop", "a"))).not.to.equal(stackOf(urn("dev", "store", "a")));
    });

    it("is none of ours without the tags that tell what it was for, which it was, and what it made", () => {
        for (const missing of ["resource", "attempt", "group-name"]) {
            const tags = attemptTags(attempt).filter(({ key }) => key !== `app-snapshot:${missing}`);
            expect(tags).to.have.length(attemptTags(attempt).length - 1);
            expect(attemptOf(invocationOf({ tags })), missing).to.equal(undefined);
        }
    });

    it("has tags within the API's limits", () => {
        for (const { key, value } of attemptTags({ ...attempt, detachRole: "r".repeat(64) })) {
            expect(key.length).to.be.within(1, 64);
            expect(key).not.to.match(/^(aliyun|acs:)/);
            expect(value.length).to.be.within(1, 128);
        }
    });
});

describe("the digest of disks", () => {
    it("tells sets of disks apart, whatever their order", () => {
        expect(diskDigest(["d-1", "d-2"])).to.equal(diskDigest(["d-2", "d-1"]));
        const digests = [[], ["d-1"], ["d-2"], ["d-1", "d-2"], ["d-1", "d-2", "d-3"]].map(diskDigest);
        expect(new Set(digests).size).to.equal(digests.length);
    });
});

describe("the marker", () => {
    it("is the same whatever the order of keys", () => {
        expect(markerOf("urn", { a: 1, b: { c: 2, d: [3] } })).to.equal(
            markerOf("urn", { b: { d: [3], c: 2 }, a: 1 }),
        );
    });

    it("differs by the resource and by the definition", () => {
        const markers = [
            markerOf("urn", { a: 1 }),
            markerOf("urn2", { a: 1 }),
            markerOf("urn", { a: 2 }),
            markerOf("urn", { a: "1" }),
            markerOf("urn", { a: [1] }),
        ];
        expect(new Set(markers).size).to.equal(markers.length);
    });

    it("is a text that a tag can hold, and tells nothing of what it was made from", () => {
        expect(markerOf("urn", { secret: "hunter2" })).to.match(/^[0-9a-f]{40}$/);
    });

    it("rests on JSON that is the same for equal values, and is that JSON", () => {
        fc.assert(
            fc.property(fc.jsonValue(), (value) => {
                expect(JSON.stringify(JSON.parse(canonicalJson(value)))).to.equal(canonicalJson(value));
                expect(canonicalJson(reversed(value))).to.equal(canonicalJson(value));
            }),
        );
    });
});

/** The same value with the keys of all objects in the opposite order. */
function reversed(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(reversed);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(
              Object.entries(value)
                  .reverse()
                  .map(([key, inner]) => [key, reversed(inner)]),
          )
        : value;
}
