import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { holdDefaults } from "../../../provider/src/recipes/options";
import { combine, type Scripts } from "../../../provider/src/recipes/recipes";
import { pluginRuns } from "../../support/stack/plugin-runs";
import { eventually, killNoted, run } from "../../recipes/support/processes";
import { withInstance, type Driver, type Instance } from "../support/instance";
import { takesWrites, unmount, type FileSystemType } from "../support/loop-disk";
import { subjects } from "../support/subjects";

/** What a snapshot that went wrong left behind. */
export interface Failure {
    readonly name: string;
    /** What the user is told. */
    readonly output: string;
    /** The exit code of the command on the instance. */
    readonly exitCode: number | undefined;
    readonly snapshotGroups: number;
    /** Whether the database takes writes, and the file system. */
    readonly databaseWrites: boolean;
    readonly fileSystemWrites: boolean;
    /** What is left of the scripts in the run directory and in the directory of delivered scripts. */
    readonly left: readonly string[];
}

const { runDirectory } = holdDefaults;
const delivered = "/var/lib/app-snapshot/";
const good = { preScript: "#!/bin/sh\n", postScript: "#!/bin/sh\nexit 0\n" };

/** Seconds. It must not end before the snapshot. */
const hold = { holdSeconds: 600, lockWaitSeconds: 1 };

/** Where only the lock's own time limit ends it, it is as short as this machine can keep: it must not end too soon. */
const shortHolds = [5, 20, 80];

/** A way in which a snapshot goes wrong. */
interface Scene {
    readonly name: string;
    readonly linux: object;
    /** The same with a short time limit, where only that ends the lock. */
    readonly limited?: (holdSeconds: number) => object;
    /** Brings it about, and undoes that. */
    readonly around?: (snapshot: Snapshot) => Promise<void>;
    /** What happens while the file systems are frozen. */
    readonly inTheFreeze?: () => Promise<void>;
}

/** Takes the scene's snapshot, perhaps with other inputs. */
type Snapshot = (more?: object) => Promise<void>;

/** Lets everything go wrong that can, with a database at work on a real file system. */
export function failures(type: FileSystemType, driver: Driver): Promise<Failure[]> {
    const [mariadb] = subjects;
    if (mariadb === undefined) {
        throw new Error("there is no database");
    }
    return withInstance({ subject: mariadb, type, driver }, async (instance) => {
        await eventually("the database is written to", () => instance.database.load.acknowledged > 20);
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
            // Long before its time limit the lock ends with the script that is killed.
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
                emulator.edit.setFile(instance.instanceId, { ...file, content: recipe.preScript });
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

/** A file system that is mounted twice can't be frozen twice; on another instance, whose mounts are known from the start. */
async function mountedTwice(instance: Instance, snapshot: Snapshot): Promise<void> {
    const again = { ...instance.disk, mountPoint: join(instance.folder, "again") };
    mkdirSync(again.mountPoint);
    await run("mount", ["--bind", instance.disk.mountPoint, again.mountPoint]);
    try {
        const instanceId = instance.addInstance([instance.disk, again]);
        await snapshot({ instanceId });
        instance.emulator.edit.removeInstance(instanceId);
    } finally {
        await unmount(again);
    }
}

/** Plays a scene again with a longer time limit where the machine is so slow that this passed in the pre-script. */
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
    const databaseWrites = await eventually(
        "writes go on",
        () => database.load.acknowledged > before + 5,
    ).then(
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
