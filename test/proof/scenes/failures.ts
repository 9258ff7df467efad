import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { combine, type Scripts } from "../../../provider/src/recipes/recipes";
import { pluginRuns } from "../../e2e/support/plugin-runs";
import { eventually, run } from "../../recipes/support/processes";
import { withInstance, type Instance } from "../support/instance";
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

/** Seconds; short, because after some failures only the lock's own time limit ends it. */
const hold = { holdSeconds: 5, lockWaitSeconds: 1 };

/** A way in which a snapshot goes wrong. */
interface Scene {
    readonly name: string;
    readonly linux: object;
    /** Brings it about, and undoes that. */
    readonly around?: (snapshot: Snapshot) => Promise<void>;
}

/** Takes the scene's snapshot, perhaps with other inputs. */
type Snapshot = (more?: object) => Promise<void>;

/** Lets everything go wrong that can, with a database at work on a real file system. */
export function failures(type: FileSystemType): Promise<Failure[]> {
    const [mariadb] = subjects;
    if (mariadb === undefined) {
        throw new Error("there is no database");
    }
    return withInstance(
        mariadb,
        type,
        async (instance) => {
            await eventually("the database is written to", () => instance.database.load.acknowledged > 20);
            const found: Failure[] = [];
            for (const scene of scenes(instance)) {
                found.push(await play(instance, scene));
            }
            return found;
        },
        // Long enough to do something in the freeze.
        { timing: { pluginMs: 1_500 } },
    );
}

function scenes(instance: Instance): Scene[] {
    const { database, emulator } = instance;
    const recipe = database.scripts(hold);
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
                ...combine(database.scripts({ holdSeconds: 600 }), {
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
        { name: "the freeze fails", linux: recipe, around: (snapshot) => mountedTwice(instance, snapshot) },
        {
            name: "the freeze takes too long",
            linux: { ...recipe, freezeTimeoutSeconds: 1 },
            around: (snapshot) => slowly(instance, snapshot),
        },
        {
            name: "the process that holds the lock is killed in the freeze",
            linux: recipe,
            around: async (snapshot) => {
                const done = snapshot();
                await eventually("it is frozen", () => emulator.state.instances.some(({ frozen }) => frozen));
                for (const state of readdirSync(runDirectory)) {
                    const [pid] = readFileSync(join(runDirectory, state, "holder"), "utf8").split(" ");
                    process.kill(Number(pid), "SIGKILL");
                }
                await done;
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

async function slowly({ emulator, instanceId }: Instance, snapshot: Snapshot): Promise<void> {
    emulator.edit.addOutcomes(instanceId, { durationMs: 6_000 });
    await snapshot();
}

async function play(instance: Instance, { name, linux, around }: Scene): Promise<Failure> {
    const { emulator, database, disk } = instance;
    let output = "";
    const snapshot = async (more?: object): Promise<void> => {
        ({ output } = await instance.snapshot(linux, more));
    };
    await (around === undefined ? snapshot() : around(snapshot));
    const before = database.load.acknowledged;
    const databaseWrites = await eventually(
        "writes go on",
        () => database.load.acknowledged > before + 5,
        (hold.holdSeconds + 5) * 1000,
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
