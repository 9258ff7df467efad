import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { holdDefaults } from "../../../provider/src/recipes/options";
import { combine, type Scripts } from "../../../provider/src/recipes/recipes";
import { killNoted, run } from "../../recipes/support/processes";
import type { FileSystemType } from "../../support/file-system-type";
import { pluginRuns } from "../../support/stack/plugin-runs";
import { until } from "../../support/until";
import { type Driver, type Instance, withInstance } from "../support/instance";
import { takesWrites, unmount } from "../support/loop-disk";
import { subjects } from "../support/subjects";

/** The remains of a failed snapshot. */
export interface Failure {
    readonly name: string;
    /** The output for the user. */
    readonly output: string;
    /** The exit code of the command on the instance. */
    readonly exitCode: number | undefined;
    readonly snapshotGroups: number;
    /** Tells whether the database takes writes; `fileSystemWrites` likewise. */
    readonly databaseWrites: boolean;
    readonly fileSystemWrites: boolean;
    /** The remains of the scripts in the run directory and in the directory of delivered scripts. */
    readonly left: readonly string[];
}

const { runDirectory } = holdDefaults;
const delivered = "/var/lib/app-snapshot/";
const good = { preScript: "#!/bin/sh\n", postScript: "#!/bin/sh\nexit 0\n" };

/** The limits of a lock, in seconds. It must not end before the snapshot. */
const hold = { holdSeconds: 600, lockWaitSeconds: 1 };

/** The limits to try in turn, in seconds, if only the lock's own limit ends it: it must not end too soon. */
const shortHolds = [5, 20, 80];

/** A way in which a snapshot fails. */
interface Scene {
    readonly name: string;
    readonly linux: object;
    /** The same with a short time limit, if only that ends the lock. */
    readonly limited?: (holdSeconds: number) => object;
    /** Causes the failure around a snapshot, and undoes it. */
    readonly around?: (snapshot: Snapshot) => Promise<void>;
    /** Acts while the file systems are frozen. */
    readonly inTheFreeze?: () => Promise<void>;
}

/** Takes the scene's snapshot, perhaps with other inputs. */
type Snapshot = (more?: object) => Promise<void>;

/** Observes every failure, with a database at work on a real file system. */
export function observeFailures(type: FileSystemType, driver: Driver): Promise<Failure[]> {
    const [mariadb] = subjects;
    if (mariadb === undefined) {
        throw new Error("there is no database");
    }
    return withInstance({ subject: mariadb, type, driver }, async (instance) => {
        await until(() => instance.database.load.acknowledged > 20, "the database is written to");
        const found: Failure[] = [];
        for (const scene of scenes(instance)) {
            found.push(await playInTime(instance, scene));
        }
        return found;
    });
}

function scenes(instance: Instance): Scene[] {
    const { database, emulator } = instance;
    const recipe = database.scripts(hold);
    const limited = (holdSeconds: number): Scripts => database.scripts({ ...hold, holdSeconds });
    const after = (more: Partial<Scripts>): Scripts => combine(recipe, { ...good, ...more });
    const paths = { preScriptPath: "/root/mine/pre.sh", postScriptPath: "/root/app-snapshot/postscript.sh" };
    return [
        { name: "the database is down", linux: database.scriptsForNobody() },
        {
            name: "the lock can't be had",
            linux: recipe,
            around: async (snapshot) => {
                const release = await database.obstruct?.();
                await snapshot();
                await release?.();
            },
        },
        { name: "a pre-script fails", linux: after({ preScript: "#!/bin/sh\nexit 3\n" }) },
        {
            name: "a pre-script hangs",
            // The lock ends with the killed script, long before its time limit.
            linux: {
                ...combine(recipe, {
                    ...good,
                    preScript: "#!/bin/sh\nexec sleep 600\n",
                }),
                scriptTimeoutSeconds: 2,
            },
        },
        { name: "a script is missing", linux: paths },
        {
            name: "a script has wrong rights",
            linux: paths,
            around: async (snapshot) => {
                const file = { path: paths.preScriptPath, owner: "root", group: "root", mode: "0755" };
                emulator.controls.setFile(instance.instanceId, { ...file, content: recipe.preScript });
                await snapshot();
            },
        },
        { name: "a post-script fails", linux: after({ postScript: "#!/bin/sh\nexit 3\n" }) },
        {
            name: "the freeze fails",
            linux: recipe,
            limited,
            around: (snapshot) => mountedTwice(instance, snapshot),
        },
        {
            name: "the freeze takes too long",
            linux: recipe,
            limited: (holdSeconds) => ({ ...limited(holdSeconds), freezeTimeoutSeconds: 1 }),
            // The file system thaws by itself while the plugin is still at work.
            inTheFreeze: async () => {
                await takesWrites(instance.disk);
            },
        },
        {
            name: "the process that holds the lock is killed in the freeze",
            linux: recipe,
            inTheFreeze: () => {
                for (const state of readdirSync(runDirectory)) {
                    killNoted(join(runDirectory, state, "keeper"));
                }
                return Promise.resolve();
            },
        },
        { name: "nothing goes wrong", linux: recipe },
    ];
}

/** Mounts a file system twice, so that it can't be frozen; on another instance, which knows its mounts from the start. */
async function mountedTwice(instance: Instance, snapshot: Snapshot): Promise<void> {
    const again = { ...instance.disk, mountPoint: join(instance.folder, "again") };
    mkdirSync(again.mountPoint);
    await run("mount", ["--bind", instance.disk.mountPoint, again.mountPoint]);
    try {
        const instanceId = instance.addInstance([instance.disk, again]);
        await snapshot({ instanceId });
        instance.emulator.controls.removeInstance(instanceId);
    } finally {
        await unmount(again);
    }
}

/** Plays a scene, and repeats it with a longer time limit if that passed in the pre-script on a slow machine. */
async function playInTime(instance: Instance, scene: Scene): Promise<Failure> {
    const { limited } = scene;
    if (limited === undefined) {
        return play(instance, scene);
    }
    for (const holdSeconds of shortHolds) {
        const failure = await play(instance, { ...scene, linux: limited(holdSeconds) });
        if (!/nothing is locked: the time limit of \d+ s passed/.test(failure.output)) {
            return failure;
        }
    }
    throw new Error("The time limit always passed before the lock was held.");
}

async function play(instance: Instance, { name, linux, around, inTheFreeze }: Scene): Promise<Failure> {
    const { emulator, database, disk } = instance;
    let output = "";
    const snapshot = async (more?: object): Promise<void> => {
        const result =
            inTheFreeze === undefined
                ? instance.snapshot(linux, more)
                : instance.snapshotWith(inTheFreeze, linux);
        ({ output } = await result);
    };
    await (around === undefined ? snapshot() : around(snapshot));
    const before = database.load.acknowledged;
    const databaseWrites = await until(() => database.load.acknowledged > before + 5, "writes continue").then(
        () => true,
        () => false,
    );
    return {
        name,
        output,
        exitCode: pluginRuns(emulator).at(-1)?.results[0]?.exitCode,
        snapshotGroups: emulator.state.snapshotGroups.length,
        databaseWrites,
        fileSystemWrites: await takesWrites(disk),
        left: [
            ...readdirSync(runDirectory),
            ...emulator.state.instances
                .flatMap(({ files }) => files.map(({ path }) => path))
                .filter((path) => path.startsWith(delivered)),
        ],
    };
}
