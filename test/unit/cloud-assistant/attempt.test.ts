import { expect } from "chai";
import * as fc from "fast-check";

import {
    attemptOf,
    attemptTags,
    canonicalJson,
    markerOf,
    stateTag,
    type Attempt,
} from "../../../provider/src/cloud-assistant/attempt";
import { invocationOf } from "../support/samples";

const attempt: Attempt = {
    attemptId: "00000000-0000-4000-8000-000000000000",
    marker: markerOf("urn", {}),
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
                creationTime: "2025-01-02T03:04:05Z",
                finished: undefined,
            });
        }
    });

    it("is finished once it has the tag of a state", () => {
        const tags = [...attemptTags(attempt), stateTag("committed")];
        expect(attemptOf(invocationOf({ tags }))?.finished).to.equal("committed");
    });

    it("is none of ours where a tag is missing", () => {
        for (const missing of [0, 1, 2]) {
            const tags = attemptTags(attempt).filter((_, index) => index !== missing);
            expect(attemptOf(invocationOf({ tags }))).to.equal(undefined);
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
