import { join } from "node:path";

import type { Pace } from "../../recipes/support/session";
import type { FileSystemType } from "../../support/file-system-type";
import { expectSuccess } from "../../support/stack/program";
import { until } from "../../support/until";
import { type Driver, snapshotImage, withInstance } from "../support/instance";
import { mountImage, unmount } from "../support/loop-disk";
import { StallWatch } from "../support/stall";
import { type Restored, subjects } from "../support/subjects";

/** The result of a snapshot under a continuous load of writes. */
export interface RestoreResult extends Restored {
    /** Rows that were acknowledged when the file systems were frozen. */
    readonly acknowledged: number;
    /** The position of the server's log before the snapshot; undefined if it has none. */
    readonly logPosition?: number;
    /** The longest time in which no write was acknowledged, in milliseconds. */
    readonly stallMs: number;
    readonly consistency: unknown;
    readonly durations: Readonly<Record<string, number>>;
    /** Tells whether writes continued after the snapshot. */
    readonly wentOn: boolean;
}

/** Scripts that do nothing, for a snapshot of frozen file systems alone. */
const none = { preScript: "#!/bin/sh\n", postScript: "#!/bin/sh\nexit 0\n" };

export interface RestoreOptions {
    /** The name of the database. */
    readonly name: string;
    readonly type: FileSystemType;
    readonly withRecipe: boolean;
    readonly driver: Driver;
    readonly pace: Pace;
}

/** The number of rows that are written before the snapshot. */
export const rowsBefore = 150;

/** Takes a snapshot of a database at work, and starts a server on a disk that is made from it. */
export async function restoreSnapshot({
    name,
    type,
    withRecipe,
    driver,
    pace,
}: RestoreOptions): Promise<RestoreResult> {
    const subject = subjects.find((each) => each.name === name);
    if (subject === undefined) {
        throw new Error(`there is no database ${name}`);
    }
    return withInstance({ subject, type, driver, pace }, async (instance) => {
        const { database, emulator, stack, folder } = instance;
        const { load } = database;
        await until(() => load.acknowledged > rowsBefore, "there is something to lose");
        const logPosition = await database.logPosition?.();
        const watch = new StallWatch(load);
        let acknowledged = 0;
        const scripts = withRecipe ? database.scripts() : none;
        const up = await instance.snapshotWith(() => {
            acknowledged = load.acknowledged;
            return Promise.resolve();
        }, scripts);
        expectSuccess(up);
        const after = load.acknowledged;
        await until(() => load.acknowledged > after + 20, "writes continue");
        const stallMs = watch.stop();

        const outputs = (await stack.snapshots())[0]?.outputs ?? {};
        const copy = await mountImage(type, snapshotImage(instance), join(folder, "restored"));
        try {
            const restored = await subject.restore(join(copy.mountPoint, "data"), acknowledged, folder);
            return {
                ...restored,
                acknowledged,
                ...(logPosition === undefined ? {} : { logPosition }),
                stallMs: Math.round(stallMs),
                consistency: outputs["consistency"],
                durations: outputs["durations"] as Record<string, number>,
                wentOn: emulator.state.instances.every((each) => !each.frozen),
            };
        } finally {
            await unmount(copy);
        }
    });
}
