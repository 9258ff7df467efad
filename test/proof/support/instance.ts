import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
    defaultFixture,
    startEmulator,
    type Emulator,
    type EmulatorOptions,
} from "pulumi-alicloud-app-snapshot-emulator";
import { Stack, type CommandResult } from "../../e2e/support/stack";
import { newDirectory } from "../../recipes/support/places";
import { endAll } from "../../recipes/support/processes";
import { newLoopDisk, unmount, type FileSystemType, type LoopDisk } from "./loop-disk";
import type { RunningSubject, Subject } from "./subjects";

/** Linux, the role attached, a system disk. */
const instanceId = "i-bp1linuxdb0000000002";

/** An instance whose disk is real: a database server runs on it, and the plugin freezes and copies it. */
export interface Instance {
    readonly instanceId: string;
    readonly type: FileSystemType;
    readonly folder: string;
    readonly disk: LoopDisk;
    readonly database: RunningSubject;
    readonly emulator: Emulator;
    readonly stack: Stack;
    /** Another instance, with these disks. Returns its id. */
    addInstance(disks: readonly LoopDisk[]): string;
    /** Takes a snapshot with the real engine, or fails to. */
    snapshot(linux: object, more?: object): Promise<CommandResult>;
}

export async function withInstance<T>(
    subject: Subject,
    type: FileSystemType,
    test: (instance: Instance) => Promise<T>,
    options: Omit<EmulatorOptions, "fixture"> = {},
): Promise<T> {
    const folder = newDirectory("proof");
    const disk = await newLoopDisk(type, folder);
    const images = join(folder, "snapshots");
    mkdirSync(images);
    const database = await subject.start(join(disk.mountPoint, "data"));
    try {
        const fixture = defaultFixture();
        const original = fixture.instances.find((each) => each.instanceId === instanceId);
        if (original === undefined) {
            throw new Error("the fixture has no such instance");
        }
        original.mounts = [disk.mountPoint];
        original.disks = original.disks.map((each) => ({ ...each, image: disk.image }));
        const emulator = await startEmulator({ ...options, fixture: { ...fixture, snapshotImages: images } });
        const stack = await Stack.create(emulator);
        try {
            let times = 0;
            return await test({
                instanceId,
                type,
                folder,
                disk,
                database,
                emulator,
                stack,
                addInstance: (disks) => {
                    const other = `${instanceId}x`;
                    emulator.edit.addInstance({
                        ...original,
                        instanceId: other,
                        mounts: disks.map(({ mountPoint }) => mountPoint),
                        disks: original.disks.map((each) => ({ ...each, diskId: `${each.diskId}x` })),
                    });
                    return other;
                },
                snapshot: (linux, more = {}) => {
                    times += 1;
                    const args = { instanceId, linux, triggers: [times], ...more };
                    return stack.up([{ name: "a", args }]);
                },
            });
        } finally {
            await stack.remove();
            await emulator.close();
        }
    } finally {
        await database.stop();
        await endAll();
        await unmount(disk);
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The block image of the snapshot that was taken last. */
export function snapshotImage({ emulator }: Instance): string {
    const image = emulator.state.snapshots.at(-1)?.image;
    if (image === undefined) {
        throw new Error("there is no snapshot with an image");
    }
    return image;
}
