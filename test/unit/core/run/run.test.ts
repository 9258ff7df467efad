import { expect } from "chai";
import * as fc from "fast-check";

import {
    fingerprintOf,
    memberTags,
    ownerOf,
    type PlannedRun,
    type ResourceIdentity,
    resourceOf,
    runOf,
    runTags,
    stackOf,
    stateTag,
} from "../../../../provider/src/core/run/run";
import { diskSetDigestOf } from "../../../../provider/src/core/snapshot-group/disk-set-digest";
import { canonicalJson } from "../../../../provider/src/runtime/json";
import { identityOf, instanceId, invocationOf } from "../../support/samples";

const run: PlannedRun = {
    runId: "00000000-0000-4000-8000-000000000000",
    stack: stackOf(identityOf("urn")),
    resource: resourceOf(identityOf("urn")),
    ownerToken: "11111111-0000-4000-8000-000000000000",
    fingerprint: fingerprintOf(identityOf("urn"), {}),
    diskSetDigest: diskSetDigestOf(["d-1", "d-2"]),
    osType: "windows",
    groupName: "before-1",
    detachRole: undefined,
    waitSeconds: 600,
};

describe("a run", () => {
    it("is read from the tags of its invocation", () => {
        for (const detachRole of [undefined, "Role"]) {
            const tags = runTags({ ...run, detachRole });
            expect(runOf(invocationOf({ tags }))).to.deep.equal({
                ...run,
                detachRole,
                invokeId: "t-sample",
                commandId: "c-sample",
                instanceIds: [instanceId],
                allInstanceIds: [instanceId],
                timeoutSeconds: 3_930,
                creationTime: "2025-01-02T03:04:05Z",
                state: "open",
            });
        }
    });

    it("has the state of its tag", () => {
        const tags = [...runTags(run), stateTag("committed")];
        expect(runOf(invocationOf({ tags }))?.state).to.equal("committed");
    });

    it("is also identified by the tags of its group's members, with its owner", () => {
        const tags = memberTags(run, run.ownerToken) ?? [];
        expect(tags).to.deep.equal([
            { key: "app-snapshot:run", value: run.runId },
            { key: "app-snapshot:owner", value: run.ownerToken },
        ]);
        expect(ownerOf({ tags })).to.equal(run.ownerToken);
        expect(ownerOf({ tags: [] })).to.equal(undefined);
    });

    it("belongs to the stack of its resource, identified by project and name", () => {
        const urn = (stack: string, project: string, name: string): ResourceIdentity =>
            identityOf(
                `urn:pulumi:${stack}::${project}::pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot::${name}`,
            );
        expect(stackOf(urn("dev", "shop", "a"))).to.equal(stackOf(urn("dev", "shop", "b")));
        expect(stackOf(urn("dev", "shop", "a"))).not.to.equal(stackOf(urn("prod", "shop", "a")));
        expect(stackOf(urn("dev", "shop", "a"))).not.to.equal(stackOf(urn("dev", "store", "a")));
    });

    it("belongs to a different stack, resource and snapshot in another organization or namespace", () => {
        for (const digestOf of [stackOf, resourceOf, (one: ResourceIdentity) => fingerprintOf(one, {})]) {
            const identities = [
                identityOf(),
                identityOf(undefined, { organization: "acme" }),
                identityOf(undefined, { namespace: "acme" }),
                identityOf(undefined, { organization: "acme", namespace: "acme" }),
            ];
            expect(new Set(identities.map(digestOf)).size).to.equal(identities.length);
            // The name on backends without organizations.
            const named = identityOf(undefined, { organization: "organization" });
            expect(digestOf(named)).to.equal(digestOf(identityOf()));
        }
    });

    it("is not recognized without the tags for its resource, its id and its group", () => {
        for (const missing of ["resource", "run", "group-name"]) {
            const tags = runTags(run).filter(({ key }) => key !== `app-snapshot:${missing}`);
            expect(tags).to.have.length(runTags(run).length - 1);
            expect(runOf(invocationOf({ tags })), missing).to.equal(undefined);
        }
    });

    it("has tags within the API's limits", () => {
        for (const { key, value } of runTags({ ...run, detachRole: "r".repeat(64) })) {
            expect(key.length).to.be.within(1, 64);
            expect(key).not.to.match(/^(aliyun|acs:)/);
            expect(value.length).to.be.within(1, 128);
        }
    });
});

describe("the digest of disks", () => {
    it("distinguishes sets of disks, in any order", () => {
        expect(diskSetDigestOf(["d-1", "d-2"])).to.equal(diskSetDigestOf(["d-2", "d-1"]));
        const digests = [[], ["d-1"], ["d-2"], ["d-1", "d-2"], ["d-1", "d-2", "d-3"]].map(diskSetDigestOf);
        expect(new Set(digests).size).to.equal(digests.length);
    });
});

describe("the fingerprint", () => {
    it("does not depend on the order of keys", () => {
        expect(fingerprintOf(identityOf("urn"), { a: 1, b: { c: 2, d: [3] } })).to.equal(
            fingerprintOf(identityOf("urn"), { b: { d: [3], c: 2 }, a: 1 }),
        );
    });

    it("differs by the resource and by the definition", () => {
        const fingerprints = [
            fingerprintOf(identityOf("urn"), { a: 1 }),
            fingerprintOf(identityOf("urn2"), { a: 1 }),
            fingerprintOf(identityOf("urn"), { a: 2 }),
            fingerprintOf(identityOf("urn"), { a: "1" }),
            fingerprintOf(identityOf("urn"), { a: [1] }),
        ];
        expect(new Set(fingerprints).size).to.equal(fingerprints.length);
    });

    it("fits into a tag, and reveals nothing about its source", () => {
        expect(fingerprintOf(identityOf("urn"), { secret: "hunter2" })).to.match(/^[0-9a-f]{40}$/);
    });

    it("is based on JSON that is the same for equal values", () => {
        fc.assert(
            fc.property(fc.jsonValue(), (value) => {
                expect(JSON.stringify(JSON.parse(canonicalJson(value)))).to.equal(canonicalJson(value));
                expect(canonicalJson(reversed(value))).to.equal(canonicalJson(value));
            }),
        );
    });
});

/** Returns the value with the keys of all objects in reverse order. */
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
