import type { EcsApi } from "../../cloud/ecs/api";
import { commitRuns } from "../../core/run/run-state";
import type { Clock } from "../../runtime/clock";
import type { Logger } from "../../runtime/logger";
import { expectAcknowledgement, isAcknowledged, removeAcknowledgement } from "./acknowledgement";

/** The result of one call of the engine, which the program acknowledges as a whole. */
export interface Recording {
    /** The output by which the program acknowledges it. */
    readonly key: string;
    /** The invocations that the resource then has in its state. */
    readonly invokeIds: readonly string[];
}

/** A result that was handed to the engine, whose runs are to be committed once it is recorded. */
export interface PendingCommit extends Recording {
    readonly api: Pick<EcsApi, "tagResources">;
    readonly log: Logger;
    /** Runs after the commit. */
    readonly afterwards?: () => Promise<void>;
}

const pollIntervalMs = 100;

/**
 * The time for which a recorded result waits for others that the engine has not recorded yet, so that they are committed
 * together. Until then its runs are handed, so nobody deletes them.
 */
const gatherMs = 1_000;

/** The most invocations that a message names. */
const mostListed = 5;

/** The results that this process has handed to the engine and not committed yet. */
export class PendingCommits {
    private waiting: PendingCommit[] = [];
    /** Those of them that are recorded, and when that was noticed. */
    private readonly recordedAt = new Map<PendingCommit, number>();
    private watching: Promise<void> | undefined;

    constructor(private readonly clock: Clock) {}

    /** Awaits the acknowledgement, which may come as soon as the engine has the result: call it before that. */
    async expect(commit: PendingCommit): Promise<void> {
        try {
            await expectAcknowledgement(commit.key);
        } catch (thrown) {
            // The runs stay handed: they are never deleted on suspicion, and are committed when a state shows them.
            commit.log.debug(`${listed(commit.invokeIds)} can't be committed: ${String(thrown)}`);
            return;
        }
        this.waiting.push(commit);
        this.watching ??= this.watch().finally(() => {
            this.watching = undefined;
        });
    }

    get isEmpty(): boolean {
        return this.waiting.length === 0;
    }

    /** Commits the runs that are recorded by now, and forgets the rest. */
    async flush(): Promise<void> {
        await this.noteRecorded();
        await this.commitRecorded();
        const forgotten = this.waiting;
        this.waiting = [];
        await Promise.all(forgotten.map(forget));
        await this.watching;
    }

    private async watch(): Promise<void> {
        while (!this.isEmpty) {
            await this.clock.sleep(pollIntervalMs);
            await this.noteRecorded();
            if (this.isDue()) {
                await this.commitRecorded();
            }
        }
    }

    private async noteRecorded(): Promise<void> {
        await Promise.all(
            this.waiting.map(async (commit) => {
                if (!this.recordedAt.has(commit) && (await isAcknowledged(commit.key))) {
                    this.recordedAt.set(commit, this.clock.now());
                }
            }),
        );
    }

    /** Tells whether all are recorded, or one has waited long enough for the others. */
    private isDue(): boolean {
        const times = this.waiting.flatMap((commit) => this.recordedAt.get(commit) ?? []);
        return times.length === this.waiting.length || this.clock.now() - Math.min(...times) >= gatherMs;
    }

    private async commitRecorded(): Promise<void> {
        // A concurrent call may have committed some already.
        const recorded = this.waiting.filter((commit) => this.recordedAt.has(commit));
        this.waiting = this.waiting.filter((commit) => !recorded.includes(commit));
        recorded.forEach((commit) => this.recordedAt.delete(commit));
        await Promise.all(recorded.map(forget));
        const apis = new Set(recorded.map((commit) => commit.api));
        for (const api of apis) {
            await commitTogether(recorded.filter((commit) => commit.api === api));
        }
        await Promise.all(recorded.map(finish));
    }
}

/** Runs the follow-up, whose errors can no longer make the recorded result fail. */
async function finish({ afterwards, invokeIds, log }: PendingCommit): Promise<void> {
    try {
        await afterwards?.();
    } catch (thrown) {
        log.debug(`after ${listed(invokeIds)} was recorded: ${String(thrown)}`);
    }
}

/** Removes the acknowledgement, for which nothing waits any more. */
async function forget({ key, log }: PendingCommit): Promise<void> {
    try {
        await removeAcknowledgement(key);
    } catch (thrown) {
        log.debug(`the acknowledgement of ${key} stays: ${String(thrown)}`);
    }
}

async function commitTogether(commits: readonly PendingCommit[]): Promise<void> {
    const [first] = commits;
    if (first === undefined) {
        return;
    }
    try {
        await commitRuns(
            first.api,
            commits.flatMap((commit) => commit.invokeIds),
        );
    } catch (thrown) {
        for (const { log, invokeIds } of commits) {
            const marked =
                invokeIds.length === 1
                    ? `The snapshot was taken and recorded, but its invocation ${listed(invokeIds)}`
                    : `The snapshots were taken and recorded, but their invocations ${listed(invokeIds)}`;
            log.warn(
                `${marked} could not be marked as done: ` +
                    `${thrown instanceof Error ? thrown.message : String(thrown)}. ` +
                    "The caller needs ecs:TagResources on invocations.",
            );
        }
    }
}

/** Names the first few invocations. */
function listed(invokeIds: readonly string[]): string {
    const others = invokeIds.length - mostListed;
    return `${invokeIds.slice(0, mostListed).join(", ")}${others > 0 ? ` and ${others} others` : ""}`;
}
