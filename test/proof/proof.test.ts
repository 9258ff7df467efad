import { expect } from "chai";
import { demand, leaveOut } from "../recipes/support/requirements";
import { whyNoLoopFileSystem, type FileSystemType } from "../support/loop-file-system";
import type { Failure } from "./scenes/failures";
import type { Proof } from "./scenes/restore";
import { runInside } from "./support/run-inside";
import { subjects } from "./support/subjects";

const types: readonly FileSystemType[] = ["ext4", "xfs"];

/** What is left to do again at a start that follows a checkpoint, at a few thousand rows a second. */
const shortReplayBytes = 512 << 10;

function proof(name: string, type: FileSystemType, recipe: "with" | "without"): Promise<Proof> {
    return runInside<Proof>("restore", name, type, recipe);
}

function figures({ stallMilliseconds, durations, acknowledged, replayedBytes }: Proof): string {
    const replayed = replayedBytes === undefined ? "" : `, ${Math.round(replayedBytes / 1024)} KiB replayed`;
    return `${acknowledged} rows; no write for ${stallMilliseconds} ms, frozen for ${Math.round((durations["freeze"] ?? 0) * 1000)} ms${replayed}`;
}

async function demandFileSystem(context: Mocha.Context, type: FileSystemType): Promise<void> {
    leaveOut(context, await whyNoLoopFileSystem(type));
}

for (const { name, needs } of subjects) {
    describe(`a disk from a snapshot of ${name} at work, with its recipe`, function () {
        this.timeout(240_000);
        before(function () {
            demand(this, ...needs);
        });

        for (const type of types) {
            it(`starts on ${type} with every row that was acknowledged, and nothing torn`, async function () {
                await demandFileSystem(this, type);
                const found = await proof(name, type, "with");
                console.log(`        ${figures(found)}`);
                expect(found.acknowledged).to.be.above(300);
                expect(found.missing, "acknowledged rows that are missing").to.equal(0);
                expect(found.complaints).to.equal("");
                expect(found.consistency).to.equal("application");
                expect(found.wentOn).to.equal(true);
                if (found.replayedBytes !== undefined) {
                    expect(found.replayedBytes).to.be.below(shortReplayBytes);
                }
            });
        }
    });
}

describe("a disk from a snapshot of frozen file systems, without a recipe", function () {
    this.timeout(240_000);
    before(async function () {
        demand(this, "root", "mariadb-server-core", "mariadb-client-core", "postgresql", "redis-server");
        await demandFileSystem(this, "ext4");
    });

    it("has crashed tables in MariaDB", async () => {
        expect((await proof("MariaDB", "ext4", "without")).complaints).to.match(/marked as crashed/);
    });

    it("has nothing in Redis but what was dumped some time before", async () => {
        expect((await proof("Redis with dumps", "ext4", "without")).missing).to.be.above(100);
    });

    it("has PostgreSQL do all again since the last checkpoint, whenever that was", async () => {
        const { replayedBytes } = await proof("PostgreSQL", "ext4", "without");
        expect(replayedBytes).to.be.above(shortReplayBytes);
    });
});

/** What has to come of each failure: the exit code of the command and the error's code. */
const expected: Readonly<Record<string, readonly [exitCode: number, code: string]>> = {
    "the database is down": [9, "PluginPreScriptFailed"],
    "the lock can't be had": [9, "PluginPreScriptFailed"],
    "a pre-script fails": [9, "PluginPreScriptFailed"],
    "a pre-script hangs": [9, "PluginPreScriptFailed"],
    "a script is missing": [64, "ScriptsRefused"],
    "a script has wrong rights": [64, "ScriptsRefused"],
    "a post-script fails": [10, "PluginPostScriptFailed"],
    "the freeze fails": [11, "PluginFreezeFailed"],
    "the freeze takes too long": [12, "PluginThawFailed"],
    "the process that holds the lock is killed in the freeze": [10, "PluginPostScriptFailed"],
};

/** The plugin ends without the post-script then; the lock's own time limit ends it, and the next run clears up. */
const withoutPostScript = ["the freeze fails", "the freeze takes too long"];

describe("a snapshot of a database that goes wrong", function () {
    this.timeout(240_000);
    let found: readonly Failure[] = [];
    before(async function () {
        demand(this, "root", "mariadb-server-core", "mariadb-client-core");
        await demandFileSystem(this, "ext4");
        found = await runInside<Failure[]>("failures", "ext4");
    });

    for (const [name, [exitCode, code]] of Object.entries(expected)) {
        it(`because ${name}, is reported as ${code}, and the database and the file system take writes`, () => {
            const failure = found.find((each) => each.name === name);
            expect(failure?.exitCode).to.equal(exitCode);
            expect(failure?.output).to.match(new RegExp(`${code}: .*exit code ${exitCode}\\b`));
            expect(failure?.databaseWrites, "the database takes writes").to.equal(true);
            expect(failure?.fileSystemWrites, "the file system takes writes").to.equal(true);
            expect(failure?.snapshotGroups, "no snapshot is left").to.equal(0);
            expect(failure?.left).to.have.length(withoutPostScript.includes(name) ? 1 : 0);
        });
    }

    it("does not keep the next one from succeeding", () => {
        expect(found).to.have.length(Object.keys(expected).length + 1);
        expect(found.at(-1)).to.deep.include({
            exitCode: 0,
            snapshotGroups: 1,
            databaseWrites: true,
            fileSystemWrites: true,
            left: [],
        });
    });
});
