import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { defaultFixture, type Emulator, startEmulator } from "pulumi-alicloud-app-snapshot-emulator";

import { EngineStack } from "../../e2e/support/stack";
import { ProtocolStack } from "../../protocol/support/protocol-stack";
import { newDirectory } from "../../recipes/support/places";
import { endAll } from "../../recipes/support/processes";
import type { Pace } from "../../recipes/support/session";
import type { FileSystemType } from "../../support/file-system-type";
import { isHeld } from "../../support/stack/interruption";
import type { CommandResult, TestStack } from "../../support/stack/test-stack";
import { until } from "../../support/until";
import { type LoopDisk, newLoopDisk, unmount } from "./loop-disk";
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
    readonly stack: TestStack;
    /** Another instance, with these disks. Returns its id. */
    addInstance(disks: readonly LoopDisk[]): string;
    /** Takes a snapshot, or fails to. */
    snapshot(linux: object, more?: object): Promise<CommandResult>;
    /** Takes one, and does something while the file systems are frozen. */
    snapshotWith(inTheFreeze: () => Promise<void>, linux: object): Promise<CommandResult>;
}

/** The driver of commands: the real engine, or the provider's own protocol. */
export type Driver = "engine" | "protocol";

/** The way that snapshots of an instance are taken. */
const drivers: Readonly<Record<Driver, (emulator: Emulator) => Promise<TestStack>>> = {
    engine: (emulator) => EngineStack.create(emulator),
    protocol: (emulator) => ProtocolStack.create(emulator),
};

export interface Circumstances {
    readonly subject: Subject;
    readonly type: FileSystemType;
    readonly driver: Driver;
    /** The pace of the writes. */
    readonly pace?: Pace;
}

export async function withInstance<T>(
    { subject, type, driver, pace = "steady" }: Circumstances,
    test: (instance: Instance) => Promise<T>,
): Promise<T> {
    const folder = newDirectory("proof");
    const disk = await newLoopDisk(type, folder);
    const images = join(folder, "snapshots");
    mkdirSync(images);
    const database = await subject.start(join(disk.mountPoint, "data"), pace);
    try {
        const fixture = defaultFixture();
        const original = fixture.instances.find((each) => each.instanceId === instanceId);
        if (original === undefined) {
            throw new Error("the fixture has no such instance");
        }
        original.mounts = [disk.mountPoint];
        original.disks = original.disks.map((each) => ({ ...each, image: disk.image }));
        const emulator = await startEmulator({ fixture: { ...fixture, snapshotImages: images } });
        const stack = await drivers[driver](emulator);
        try {
            let times = 0;
            const snapshot = (linux: object, more: object = {}): Promise<CommandResult> => {
                times += 1;
                return stack.up([{ name: "a", args: { instanceId, linux, triggers: [times], ...more } }]);
            };
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
                    emulator.controls.addInstance({
                        ...original,
                        instanceId: other,
                        mounts: disks.map(({ mountPoint }) => mountPoint),
                        disks: original.disks.map((each) => ({ ...each, diskId: `${each.diskId}x` })),
                    });
                    return other;
                },
                snapshot,
                snapshotWith: async (inTheFreeze, linux) => {
                    emulator.controls.addOutcomes(instanceId, { holdAt: "freeze" });
                    const taking = snapshot(linux);
                    await until(() => isHeld(emulator, instanceId), "the plugin has frozen");
                    await inTheFreeze();
                    emulator.controls.releasePlugin(instanceId);
                    return taking;
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

/** The block image of the latest snapshot. */
export function snapshotImage({ emulator }: Instance): string {
    const image = emulator.state.snapshots.at(-1)?.image;
    if (image === undefined) {
        throw new Error("there is no snapshot with an image");
    }
    return image;
}
