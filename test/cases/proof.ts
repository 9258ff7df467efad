import { expect } from "chai";

import type { Failure } from "../proof/scenes/failures";
import { type RestoreResult, rowsBefore } from "../proof/scenes/restore";
import type { Driver } from "../proof/support/instance";
import { runInside } from "../proof/support/run-inside";
import type { Subject } from "../proof/support/subjects";
import { demand, leaveOut } from "../recipes/support/requirements";
import type { Pace } from "../recipes/support/session";
import type { FileSystemType } from "../support/file-system-type";
import { whyNoLoopFileSystem } from "../support/loop-file-system";

/** The way that each driver runs commands, for the title. */
const how: Readonly<Record<Driver, string>> = {
    engine: "with the real engine",
    protocol: "over the provider's protocol",
};

async function demandFileSystem(context: Mocha.Context, type: FileSystemType): Promise<void> {
    leaveOut(context, await whyNoLoopFileSystem(type));
}

/** A snapshot of a database at work is taken, and a server started on a disk that is made from it. */
export function restoredWithRecipe(
    { name, needs }: Subject,
    type: FileSystemType,
    driver: Driver,
    pace: Pace = "steady",
): void {
    describe(`a disk from a snapshot of ${name} at work, with its recipe, ${how[driver]}`, () => {
        before(async function () {
            demand(this, ...needs);
            await demandFileSystem(this, type);
        });

        it(`starts on ${type} with every row that was acknowledged, and nothing torn`, async () => {
            const found = await runInside<RestoreResult>("restore", name, type, "with", driver, pace);
            console.log(`        ${figures(found)}`);
            expect(found.acknowledged).to.be.above(rowsBefore);
            expect(found.missing, "acknowledged rows that are missing").to.equal(0);
            expect(found.complaints).to.equal("");
            expect(found.consistency).to.equal("application");
            expect(found.wentOn).to.equal(true);
            if (found.replay !== undefined) {
                expect(found.replay.from, "the first that is done again").to.be.at.least(
                    found.logPosition ?? Infinity,
                );
            }
        });
    });
}

/** The same with frozen file systems alone, for comparison, and to show that the test can fail. */
export function restoredWithout(driver: Driver, pace: Pace = "steady"): void {
    describe(`a disk from a snapshot of frozen file systems, without a recipe, ${how[driver]}`, () => {
        const restored = (name: string): Promise<RestoreResult> =>
            runInside<RestoreResult>("restore", name, "ext4", "without", driver, pace);

        before(async function () {
            demand(this, "root", "mariadb-server-core", "mariadb-client-core", "postgresql", "redis-server");
            await demandFileSystem(this, "ext4");
        });

        it("has crashed tables in MariaDB", async () => {
            expect((await restored("MariaDB")).complaints).to.match(/marked as crashed/);
        });

        it("has nothing in Redis but what was dumped some time before", async () => {
            expect((await restored("Redis with dumps")).missing).to.be.above(100);
        });

        it("makes PostgreSQL replay everything since the last checkpoint, however long ago that was", async () => {
            const { replay, logPosition } = await restored("PostgreSQL");
            expect(replay?.from, "the first that is done again").to.be.below(logPosition ?? 0);
        });
    });
}

function figures({ stallMs, durations, acknowledged, replay }: RestoreResult): string {
    const replayed =
        replay === undefined ? "" : `, ${Math.round((replay.to - replay.from) / 1024)} KiB replayed`;
    return `${acknowledged} rows; no write for ${stallMs} ms, frozen for ${Math.round((durations["freeze"] ?? 0) * 1000)} ms${replayed}`;
}

/** The expected results of each failure: the exit code of the command and the error's code. */
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

/** The plugin ends without the post-script; the lock ends at its own time limit, and the next run clears up. */
const withoutPostScript = ["the freeze fails", "the freeze takes too long"];

export function databaseFailures(type: FileSystemType, driver: Driver): void {
    describe(`a failed snapshot of a database, on ${type}, ${how[driver]}`, () => {
        let found: readonly Failure[] = [];
        before(async function () {
            demand(this, "root", "mariadb-server-core", "mariadb-client-core");
            await demandFileSystem(this, type);
            // Eleven snapshots.
            this.timeout(3_000_000);
            found = await runInside<Failure[]>("failures", type, driver);
        });

        for (const [name, [exitCode, code]] of Object.entries(expected)) {
            it(`is reported as ${code} when ${name}, and the database and the file system take writes`, () => {
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
}
