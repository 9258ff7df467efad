import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { combine, type Scripts } from "../../../provider/src/recipes/recipes";
import { pluginRuns } from "../../support/stack/plugin-runs";
import { eventually, run } from "../../recipes/support/processes";
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

const runDirectory = "/run/app-snapshot";
const delivered = "/var/lib/app-snapshot/";
const good = { preScript: "#!/bin/sh\n", postScript: "#!/bin/sh\nexit 0\n" };

/** Seconds. Where only the lock's own time limit ends it, it is short; elsewhere it must not end before the snapshot. */
const hold = { holdSeconds: 600, lockWaitSeconds: 1 };
const shortHold = { ...hold, holdSeconds: 5 };

/** A way in which a snapshot goes wrong. */
interface Scene {
    readonly name: string;
    readonly linux: object;
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
    return withInstance(mariadb, type, driver, async (instance) => {
        await eventually("the database is written to", () => instance.database.load.acknowledged > 20);
        const found: Failure[] = [];
        for (const scene of scenes(instance)) {
            found.push(await play(instance, scene));
        }
        return found;
    });
}

function scenes(instance: Instance): Scene[] {
    const { database, emulator } = instance;
    const recipe = database.scripts(hold);
    const shortLock = database.scripts(shortHold);
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
                    preScript: "#!/bin/sh\nexec sleep 60\n",
                }),
                scriptTimeoutSeconds: 4,
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
            linux: shortLock,
            around: (snapshot) => mountedTwice(instance, snapshot),
        },
        {
            name: "the freeze takes too long",
            linux: { ...shortLock, freezeTimeoutSeconds: 1 },
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
                    const [pid] = readFileSync(join(runDirectory, state, "holder"), "utf8").split(" ");
                    process.kill(Number(pid), "SIGKILL");
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
