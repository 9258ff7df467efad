import { execFile } from "node:child_process";
import {
    existsSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import Client, { DeleteSnapshotGroupRequest, DeleteSnapshotRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import {
    defaultFixture,
    type Emulator,
    type Fixture,
    type FixtureInstance,
    parseFixture,
} from "pulumi-alicloud-app-snapshot-emulator";

import { checkCopiesPlace } from "../../emulator/src/world/check-images";
import { mountedInstance, whyNoLoopFileSystem, withLoopFileSystem } from "../support/loop-file-system";
import { closeAll, goodParams, linux2, pluginLine, region, role, run, sdk, start, windows1 } from "./support";

const here = process.platform === "linux" ? describe : describe.skip;

here("emulator: the images behind disks", function () {
    let folder = "";

    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "block-images-"));
    });
    afterEach(async () => {
        await closeAll();
        rmSync(folder, { recursive: true, force: true });
    });

    const image = () => path.join(folder, "disk.img");

    /** A fixture in which the first disk of an instance has an image of a megabyte, nearly all of it a hole. */
    function withImage(instanceId = linux2, change: (fixture: Fixture) => void = () => undefined): Fixture {
        writeFileSync(image(), "at the time");
        truncateSync(image(), 1 << 20);
        const fixture = defaultFixture();
        Object.assign(instanceIn(fixture, instanceId).disks[0] ?? {}, { image: image() });
        change(fixture);
        return fixture;
    }

    const begins = (file: string | undefined, text: string) => {
        expect(readFileSync(file ?? "", "utf8").slice(0, text.length)).to.equal(text);
    };

    it("are copied by a run of the plugin, with their holes", async () => {
        const emulator = await start({ fixture: withImage() });
        expect((await run(sdk(emulator), linux2, pluginLine(goodParams))).exitCode).to.equal(0);
        writeFileSync(image(), "later");
        const [copy] = copies(emulator);
        begins(copy, "at the time");
        const { size, blocks } = statSync(copy ?? "");
        expect(size).to.equal(1 << 20);
        expect(blocks * 512).to.be.lessThan(1 << 16);
        expect(path.basename(copy ?? "")).to.equal(`${emulator.state.snapshots[0]?.snapshotId}.img`);
    });

    it("are copied for Windows too; other disks have none", async () => {
        const emulator = await start({ fixture: withImage(windows1) });
        emulator.controls.attachRole(windows1, role);
        const client = sdk(emulator);
        const params = `-RamRoleName=${role}`;
        await run(client, windows1, pluginLine(params, "app-snapshot-plugin-win"), { type: "RunBatScript" });
        const [first, second] = copies(emulator);
        begins(first, "at the time");
        expect(second).to.equal(undefined);
    });

    it("go with their snapshots, one by one or with the group", async () => {
        const emulator = await start({ fixture: withImage() });
        const client = sdk(emulator);
        await run(client, linux2, pluginLine(goodParams));
        await run(client, linux2, pluginLine(goodParams));
        const [first = "", second = ""] = copies(emulator);
        const [one] = emulator.state.snapshots;
        await client.deleteSnapshot(new DeleteSnapshotRequest({ snapshotId: one?.snapshotId ?? "" }));
        expect([existsSync(first), existsSync(second)]).to.deep.equal([false, true]);
        await client.deleteSnapshotGroup(
            new DeleteSnapshotGroupRequest({
                regionId: region,
                snapshotGroupId: emulator.state.snapshotGroups[1]?.snapshotGroupId ?? "",
            }),
        );
        expect(existsSync(second)).to.equal(false);
    });

    it("go with the emulator, unless the fixture names a directory to keep them in", async () => {
        const kept = path.join(folder, "made", "for it");
        const passing = await start({ fixture: withImage() });
        await run(sdk(passing), linux2, pluginLine(goodParams));
        const [gone = ""] = copies(passing);
        await passing.close();
        expect(existsSync(path.dirname(gone))).to.equal(false);
        const keeping = await start({
            fixture: withImage(linux2, (fixture) => {
                fixture.snapshotImages = kept;
            }),
        });
        await run(sdk(keeping), linux2, pluginLine(goodParams));
        const [stays = ""] = copies(keeping);
        await keeping.close();
        expect(path.dirname(stays)).to.equal(kept);
        begins(stays, "at the time");
    });

    it("that cannot be copied fail the plugin with 4, and leave nothing behind", async () => {
        const kept = path.join(folder, "kept");
        const fixture = withImage(linux2, (changed) => {
            changed.snapshotImages = kept;
            const second = path.join(folder, "second.img");
            writeFileSync(second, "x");
            const { disks } = instanceIn(changed, linux2);
            disks.push({ diskId: "d-second", type: "data", category: "cloud_essd", image: second });
        });
        const emulator = await start({ fixture });
        rmSync(image());
        const client = sdk(emulator);
        const row = await run(client, linux2, pluginLine(goodParams));
        expect(row.exitCode, row.text).to.equal(4);
        expect(row.text).to.contain("Create snapshot group failed").and.to.contain(image());
        expect(emulator.state.snapshotGroups).to.deep.equal([]);
        expect(emulator.state.snapshots).to.deep.equal([]);
        expect(readdirSync(kept)).to.deep.equal([]);
        expect(emulator.state.instances.some((instance) => instance.frozen)).to.equal(false);
    });

    it("must be files, and their copies not lie where a snapshot freezes", async () => {
        const fixture = withImage();
        rmSync(image());
        const error = await start({ fixture }).then(
            () => undefined,
            (thrown: unknown) => thrown as Error,
        );
        expect(error?.message).to.contain(`instances[1].disks[0].image is no file on this machine`);
        Object.assign(instanceIn(fixture, linux2).disks[0] ?? {}, { image: "disk.img" });
        expect(() => parseFixture(fixture)).to.throw("instances[1].disks[0].image must be an absolute path");
        expect(() => {
            checkCopiesPlace(path.join(folder, "a", "b"), [{ mounts: [folder] }]);
        }).to.throw(`snapshotImages must not be on ${folder}`);
        checkCopiesPlace("/proc", [{ mounts: [folder] }]);
        checkCopiesPlace(undefined, [{ mounts: [folder] }]);
    });
});

describe("emulator: the image of a file system that is really frozen", () => {
    before(async function () {
        const reason = await whyNoLoopFileSystem();
        if (reason !== undefined) {
            console.log(`    skipped: ${reason}`);
            this.skip();
        }
    });

    it("is whole: it needs no recovery, and has what was written before", async () => {
        await withLoopFileSystem("ext4", async (fileSystem) => {
            const emulator = await fileSystem.startEmulator({
                fixture: (fixture) => {
                    Object.assign(instanceIn(fixture, mountedInstance).disks[0] ?? {}, {
                        image: fileSystem.image,
                    });
                },
            });
            const client: Client = sdk(emulator as unknown as Emulator);
            const row = await run(
                client,
                mountedInstance,
                `echo written > ${fileSystem.mountPoint}/file && ${pluginLine(goodParams)}`,
            );
            expect(row.exitCode, row.text).to.equal(0);
            const copy = (await emulator.state()).snapshots[0]?.image ?? "";
            const recovery = async (file: string) =>
                (await program("dumpe2fs", "-h", file)).includes("needs_recovery");
            expect(await recovery(copy)).to.equal(false);
            await program("e2fsck", "-f", "-n", copy);
            expect(await program("debugfs", "-R", "cat /file", copy)).to.equal("written\n");
            // It is mounted, and in use again.
            expect(await fileSystem.write()).to.equal("written");
            expect(await recovery(fileSystem.image)).to.equal(true);
        });
    });
});

async function program(name: string, ...args: string[]): Promise<string> {
    return (await promisify(execFile)(name, args)).stdout;
}

function instanceIn(fixture: Fixture, wanted: string): FixtureInstance {
    const found = fixture.instances.find(({ instanceId }) => instanceId === wanted);
    if (found === undefined) {
        throw new Error(`${wanted} is not in the fixture`);
    }
    return found;
}

/** The images of all snapshots. */
function copies(emulator: Emulator): (string | undefined)[] {
    return emulator.state.snapshots.map((snapshot) => snapshot.image);
}
