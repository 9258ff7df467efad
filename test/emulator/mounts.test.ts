import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import {
    defaultFixture,
    type Fixture,
    FixtureError,
    parseFixture,
} from "pulumi-alicloud-app-snapshot-emulator";

import { whyNoLoopMount } from "../../emulator/src/freeze/loop-mount";
import { parseMountTable } from "../../emulator/src/freeze/mount-table";
import { closeAll, linux1, start } from "./support";

const table = parseMountTable(
    [
        "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard",
        "22 27 0:21 / /proc rw,relatime - proc proc rw",
        "60 27 7:3 / /mnt/a\\040b rw,relatime shared:9 master:2 - ext4 /dev/loop3 rw",
        "61 27 7:4 / /mnt/xfs rw - xfs /dev/loop4 rw",
        "62 27 7:5 / /mnt/image ro - squashfs /dev/loop5 ro",
        "63 27 254:0 /home /mnt/bind rw - ext4 /dev/vda rw",
        "64 27 0:40 / /mnt/named rw - ext4 /dev/loop9 rw",
        "65 61 254:0 / /mnt/covered rw - ext4 /dev/loop6 rw",
        "66 27 7:7 / /mnt/covered rw - ext4 /dev/loop7 rw",
        "67 66 0:50 / /mnt/covered rw - tmpfs other rw",
        "",
    ].join("\n"),
);

describe("emulator: what may be frozen", () => {
    it("the table of mounts is read with its escapes and optional fields", () => {
        expect(table[2]).to.deep.equal({
            mountPoint: "/mnt/a b",
            deviceNumber: "7:3",
            fileSystem: "ext4",
            source: "/dev/loop3",
        });
        expect(table).to.have.length(10);
    });

    const cases: [string, RegExp | undefined][] = [
        ["/mnt/a b", undefined],
        ["/mnt/xfs", undefined],
        ["/", /mount of \/dev\/vda/],
        ["/proc", /mount of proc/],
        ["/mnt", /no mount point/],
        ["/mnt/a b/", /no mount point/],
        ["/mnt/image", /file system squashfs/],
        ["/mnt/bind", /mount of \/dev\/vda/],
        ["/mnt/named", /mount of \/dev\/loop9/],
        ["/mnt/covered", /mount of other/],
    ];
    for (const [mountPoint, problem] of cases) {
        it(`${mountPoint} ${problem === undefined ? "may" : "must not"}`, () => {
            if (problem === undefined) {
                expect(whyNoLoopMount(mountPoint, table)).to.equal(undefined);
            } else {
                expect(whyNoLoopMount(mountPoint, table)).to.match(problem);
            }
        });
    }
});

describe("emulator: a fixture with mount points", () => {
    afterEach(closeAll);

    const withMounts = (instanceIndex: number, ...mounts: string[]): Fixture => {
        const fixture = defaultFixture();
        Object.assign(fixture.instances[instanceIndex] ?? {}, { mounts });
        return fixture;
    };

    const malformed: [string, Fixture, RegExp][] = [
        ["a relative path", withMounts(0, "mnt/a"), /instances\[0\]\.mounts\[0\] must be an absolute path/],
        ["the root", withMounts(0, "/"), /instances\[0\]\.mounts\[0\] must be an absolute path/],
        ["one twice", withMounts(0, "/mnt/a", "/mnt/a"), /mount point "\/mnt\/a" more than once/],
        ["one on Windows", withMounts(3, "/mnt/a"), /instances\[3\]\.mounts is for Linux instances only/],
    ];
    for (const [what, fixture, message] of malformed) {
        it(`is refused for ${what}`, () => {
            expect(() => parseFixture(fixture)).to.throw(FixtureError, message);
        });
    }

    for (const [what, mountPoint] of [
        ["a directory", undefined],
        ["a file system of the kernel", "/proc"],
    ] as const) {
        it(`does not start with ${what}, nor takes an instance with it`, async () => {
            const directory = mkdtempSync(path.join(tmpdir(), "mount-"));
            const place = mountPoint ?? directory;
            try {
                const refused = await start({ fixture: withMounts(0, place) }).then(
                    () => undefined,
                    (thrown: unknown) => thrown,
                );
                expect(refused).to.be.instanceOf(FixtureError);
                // Without root or fsfreeze it says that instead, of all mounts.
                expect(String(refused)).to.match(/instances\[0\]\.mounts(\[0\] must not| cannot) be frozen/);
                const emulator = await start();
                emulator.controls.removeInstance(linux1);
                const [instance] = withMounts(0, place).instances;
                expect(() => {
                    emulator.controls.addInstance(instance ?? never());
                }).to.throw(FixtureError, "be frozen");
                expect(emulator.state.instances.some((each) => each.instanceId === linux1)).to.equal(false);
            } finally {
                rmdirSync(directory);
            }
        });
    }
});

function never(): never {
    throw new Error("the fixture has no instances");
}
