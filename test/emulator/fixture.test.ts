import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import {
    defaultFixture,
    type Fixture,
    parseFixture,
    readFixture,
} from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, start } from "./support";

const shipped = path.join(
    path.dirname(require.resolve("pulumi-alicloud-app-snapshot-emulator/package.json")),
    "fixtures",
    "default.json",
);

/** The default fixture with the value at a path replaced; without a value it is removed. */
function changed(at: (string | number)[], value?: unknown): unknown {
    const json: unknown = JSON.parse(JSON.stringify(defaultFixture()));
    const parent = at
        .slice(0, -1)
        .reduce((node, key) => (node as Record<string | number, unknown>)[key], json);
    const last = at.at(-1) ?? "";
    if (value === undefined) {
        Reflect.deleteProperty(parent as object, last);
    } else {
        Reflect.set(parent as object, last, value);
    }
    return json;
}

// Each line: where the default fixture is changed, to what, and what the refusal says.
const mistakes: [string, (string | number)[], unknown, string][] = [
    ["an unknown key", ["colour"], "red", "colour is not a known key"],
    [
        "an unknown key deep inside",
        ["instances", 0, "disks", 0, "sise"],
        3,
        "instances[0].disks[0].sise is not a known key",
    ],
    ["a missing key", ["regionId"], undefined, "regionId is missing"],
    [
        "a missing key deep inside",
        ["instances", 2, "disks", 1, "category"],
        undefined,
        "instances[2].disks[1].category is missing",
    ],
    ["a wrong type", ["instances"], {}, "instances must be a list, not a object"],
    [
        "a wrong word",
        ["instances", 0, "osType"],
        "Linux",
        "instances[0].osType must be one of linux, windows",
    ],
    [
        "a bad mode",
        ["instances", 0, "files", 0, "mode"],
        "rwx",
        "instances[0].files[0].mode must be an octal mode",
    ],
    [
        "a number out of range",
        ["instances", 0, "plugin"],
        { outcomes: [{ exitCode: 256 }] },
        "instances[0].plugin.outcomes[0].exitCode must be a whole number from 0 to 255",
    ],
    [
        "the same id twice",
        ["instances", 1, "instanceId"],
        "i-bp1linuxdb0000000001",
        'has the instanceId "i-bp1linuxdb0000000001" more than once',
    ],
    [
        "a role that does not exist",
        ["instances", 0, "ramRoleName"],
        "Nobody",
        "instances[0].ramRoleName names no role",
    ],
];

describe("emulator: fixtures", () => {
    afterEach(closeAll);

    it("have a default, which is the shipped file", () => {
        expect(readFixture(shipped)).to.deep.equal(defaultFixture());
        expect(defaultFixture().instances.map((instance) => instance.instanceId)).to.deep.equal([
            "i-bp1linuxdb0000000001",
            "i-bp1linuxdb0000000002",
            "i-bp1linuxdb0000000003",
            "i-bp1windows0000000001",
            "i-bp1foreignrole000001",
            "i-bp1noessd0000000001",
            "i-bp1stopped0000000001",
        ]);
    });

    it("are read anew each time, and not changed by the emulator", async () => {
        const fixture = defaultFixture();
        const emulator = await start({ fixture });
        emulator.controls.setRoleActions("AppSnapshotRoleName", []);
        emulator.controls.setFile("i-bp1linuxdb0000000001", {
            path: "/x",
            owner: "root",
            group: "root",
            mode: "0700",
        });
        expect(fixture).to.deep.equal(defaultFixture());
    });

    for (const [what, at, value, message] of mistakes) {
        it(`are refused for ${what}`, () => {
            expect(() => parseFixture(changed(at, value))).to.throw(message);
        });
    }

    it("are refused by the emulator too", async () => {
        const error = await start({ fixture: changed(["roles"]) as Fixture }).then(
            () => undefined,
            (thrown: unknown) => thrown as Error,
        );
        expect(error?.message).to.contain("roles is missing");
    });

    it("name the file that cannot be read or is no JSON", () => {
        const folder = mkdtempSync(path.join(tmpdir(), "fixture-"));
        try {
            expect(() => readFixture(path.join(folder, "none.json"))).to.throw("cannot read the fixture");
            const file = path.join(folder, "bad.json");
            writeFileSync(file, "{");
            expect(() => readFixture(file)).to.throw(`the fixture ${file} is not JSON`);
            writeFileSync(file, "{}");
            expect(() => readFixture(file)).to.throw(`${file}: fixture: regionId is missing`);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
