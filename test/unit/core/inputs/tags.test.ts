import { expect } from "chai";

import { checkInputs } from "../../../../provider/src/core/inputs/check";
import { checkFleetInputs } from "../../../../provider/src/core/inputs/check-fleet";
import { fleetMembers } from "../../../../provider/src/core/inputs/fleet-inputs";
import {
    checkDefaultTags,
    mostTags,
    withDefaultTags,
    withInheritedTags,
} from "../../../../provider/src/core/inputs/tags";
import { inputsOf } from "../../support/samples";

/** The engine's mark for a value that is not known yet. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function reasonsFor(tags: unknown): string[] {
    return checkInputs({ ...inputsOf(), tags }, "cn-hangzhou").map(
        ({ input, reason }) => `${input} ${reason}`,
    );
}

function many(count: number): Record<string, string> {
    return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, ""]));
}

describe("the tags of a program", () => {
    it("may have any key and value that the API takes, or are known later", () => {
        for (const tags of [
            {},
            { team: "" },
            { ["k".repeat(128)]: "v".repeat(128) },
            { "kubernetes.io/name": "a b=c:d" },
            { __owner: "数据" },
            many(mostTags),
            { team: unknown },
            unknown,
        ]) {
            expect(reasonsFor(tags)).to.deep.equal([]);
        }
    });

    it("have no key and no value that it refuses, or would change", () => {
        for (const key of ["", "k".repeat(129), "http://a", "see https://a", "a\nb", "a\u0000"]) {
            expect(reasonsFor({ [key]: "1" }).join(), JSON.stringify(key)).to.match(
                /must have a key of 1 to 128/,
            );
        }
        for (const value of [
            "v".repeat(129),
            "http://a",
            "x https://a",
            "acs:x",
            "a\tb",
            1,
            true,
            null,
            {},
            [],
        ]) {
            // A null stands for a tag that is not set.
            const expected = value === null ? /^$/ : /^tags\.team must be a string of at most 128/;
            expect(reasonsFor({ team: value }).join(), JSON.stringify(value)).to.match(expected);
        }
    });

    it("are an object", () => {
        for (const tags of ["team=payments", ["team"], 1]) {
            expect(reasonsFor(tags).join()).to.match(/^tags must be an object/);
        }
    });

    it("never have the key of a tag of this package, the plugin or the cloud", () => {
        for (const key of [
            "app-snapshot:run",
            "App-Snapshot:x",
            "APPConsistent",
            "AppConsistent",
            "fsconsistent",
            "acs:ecs:createFrom",
            "aliyunX",
            "ACS:x",
        ]) {
            expect(reasonsFor({ [key]: "True" }).join(), key).to.match(/has a key that is reserved/);
        }
        expect(reasonsFor({ "my-app-snapshot:run": "1", APPConsistentX: "1" })).to.deep.equal([]);
    });

    it("have no key that the SDK would lose", () => {
        expect(reasonsFor(JSON.parse('{"__proto__":"1"}')).join()).to.match(
            /^tags\.__proto__ has a key that gets lost/,
        );
        expect(reasonsFor({ constructor: "1", toString: "1", __x: "1" })).to.deep.equal([]);
    });

    it("leave room for the tags of this package and the plugin, and no two differ in case only", () => {
        expect(reasonsFor(many(mostTags + 1))).to.deep.equal([
            "tags has 15 tags, inherited ones included, but a snapshot may have at most 14",
        ]);
        expect(reasonsFor({ Team: "a", team: "b" }).join()).to.match(/differ in case only: Team and team$/);
    });

    it("are never quoted", () => {
        expect(reasonsFor({ team: "https://user:hunter2@example.com" }).join()).not.to.include("hunter2");
    });
});

describe("the tags of an instance in a fleet", () => {
    const fleet = (tags: unknown, own: unknown) => ({
        tags,
        instances: [{ instanceId: "i-1", tags: own }, { instanceId: "i-2" }],
    });
    const reasons = (inputs: unknown) =>
        checkFleetInputs(inputs, "cn-hangzhou").map(({ input, reason }) => `${input} ${reason}`);

    it("are added to those of the fleet, and replace those with the same key", () => {
        const members = fleetMembers(fleet({ a: "1", b: "1" }, { b: "2" }) as never);
        expect(members.map(({ tags }) => tags)).to.deep.equal([
            { a: "1", b: "2" },
            { a: "1", b: "1" },
        ]);
    });

    it("are counted with them", () => {
        expect(reasons(fleet(many(13), { x: "1" }))).to.deep.equal([]);
        expect(reasons(fleet(many(13), { x: "1", y: "1" })).join()).to.match(
            /^instances\[0\]\.tags has 15 tags, inherited ones included/,
        );
        expect(reasons(fleet(many(14), { "key-1": "1" }))).to.deep.equal([]);
    });

    it("are compared with them, so that no keys differ in case only", () => {
        expect(reasons(fleet({ Team: "a" }, { team: "b" })).join()).to.match(
            /^instances\[0\]\.tags has keys.* that differ in case only/,
        );
    });

    it("are not known as long as a part of them is not", () => {
        expect(withInheritedTags(unknown as never, { a: "1" })).to.equal(unknown);
        expect(withInheritedTags({ a: "1" }, unknown as never)).to.equal(unknown);
        expect(withInheritedTags<Record<string, string> | undefined>(undefined, { a: "1" })).to.deep.equal({
            a: "1",
        });
    });
});

describe("the default tags of a stack", () => {
    it("are added to those of a resource, which replace those with the same key", () => {
        expect(withDefaultTags({ x: 1, tags: { b: "2" } }, { a: "1", b: "1" })).to.deep.equal({
            x: 1,
            tags: { a: "1", b: "2" },
        });
        expect(withDefaultTags({ tags: null }, { a: "1" })).to.deep.equal({ tags: { a: "1" } });
        // A null stands for a tag that is not set.
        expect(withDefaultTags({ tags: { a: null, b: "2" } }, { a: "1" })).to.deep.equal({
            tags: { a: "1", b: "2" },
        });
        expect(withDefaultTags({}, {})).to.deep.equal({});
    });

    it("leave tags alone that are not known yet, or wrong", () => {
        for (const tags of [unknown, "wrong", ["wrong"]]) {
            expect(withDefaultTags({ tags }, { a: "1" })).to.deep.equal({ tags });
        }
    });

    it("follow the same rules, and a problem names the setting", () => {
        expect(checkDefaultTags({ team: "a" })).to.deep.equal([]);
        expect(checkDefaultTags({ "acs:x": "1" })[0]?.input).to.equal(
            'alicloud-app-snapshot:defaultTags."acs:x"',
        );
        expect(checkDefaultTags(many(15))[0]?.input).to.equal("alicloud-app-snapshot:defaultTags");
    });
});
