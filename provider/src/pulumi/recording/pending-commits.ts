import type { EcsApi } from "../../cloud/ecs/api";
import { commitRuns } from "../../core/run/run-state";
import type { Clock } from "../../runtime/clock";
import type { Logger } from "../../runtime/logger";
import { expectAcknowledgement, isAcknowledged, removeAcknowledgement } from "./acknowledgement";

/** A snapshot that was handed to the engine, to be committed once it is recorded. */
export interface PendingCommit {
    readonly api: Pick<EcsApi, "tagResources">;
    /** The invocation that the resource has in its state. */
    readonly invokeId: string;
    readonly log: Logger;
    /** Runs after the commit. */
    readonly afterwards?: () => Promise<void>;
}

const pollIntervalMs = 100;

/** The snapshots that this process has handed to the engine and not committed yet. */
export class PendingCommits {
    private waiting: PendingCommit[] = [];
    private watching: Promise<void> | undefined;

    constructor(private readonly clock: Clock) {}

    /** Awaits the acknowledgement, which may come as soon as the engine has the snapshot: call it before that. */
    async expect(commit: PendingCommit): Promise<void> {
        try {
            await expectAcknowledgement(commit.invokeId);
        } catch (thrown) {
            // The run stays handed: it is never deleted on suspicion, and is committed when a state shows it.
            commit.log.debug(`${commit.invokeId} can't be committed: ${String(thrown)}`);
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

    /** Commits the snapshots that are recorded by now, and forgets the rest. */
    async flush(): Promise<void> {
        await this.commitRecorded();
        const forgotten = this.waiting;
        this.waiting = [];
        await Promise.all(forgotten.map(forget));
        await this.watching;
    }

    private async watch(): Promise<void> {
        while (!this.isEmpty) {
            await this.clock.sleep(pollIntervalMs);
            await this.commitRecorded();
        }
    }

    private async commitRecorded(): Promise<void> {
        const polled = await Promise.all(
            this.waiting.map(async (commit) => ({
                commit,
                recorded: await isAcknowledged(commit.invokeId),
            })),
        );
        const recorded = polled
            .filter((item) => item.recorded)
            .map((item) => item.commit)
            // A concurrent poll may have committed it already.
            .filter((commit) => this.waiting.includes(commit));
        this.waiting = this.waiting.filter((commit) => !recorded.includes(commit));
        await Promise.all(recorded.map(forget));
        const apis = new Set(recorded.map((commit) => commit.api));
        for (const api of apis) {
            await commitTogether(recorded.filter((commit) => commit.api === api));
        }
        await Promise.all(recorded.map(finish));
    }
}

/** Runs the follow-up, whose errors can no longer make the recorded snapshot fail. */
async function finish({ afterwards, invokeId, log }: PendingCommit): Promise<void> {
    try {
        await afterwards?.();
    } catch (thrown) {
        log.debug(`after ${invokeId} was recorded: ${String(thrown)}`);
    }
}

/** Removes the acknowledgement, for which nothing waits any more. */
async function forget({ invokeId, log }: PendingCommit): Promise<void> {
    try {
        await removeAcknowledgement(invokeId);
    } catch (thrown) {
        log.debug(`the acknowledgement of ${invokeId} stays: ${String(thrown)}`);
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
            commits.map((commit) => commit.invokeId),
        );
    } catch (thrown) {
        for (const { log, invokeId } of commits) {
            log.warn(
                `The snapshot was taken and recorded, but its invocation ${invokeId} could not be marked as done: ` +
                    `${thrown instanceof Error ? thrown.message : String(thrown)}. ` +
                    "The caller needs ecs:TagResources on invocations.",
            );
        }
    }
}
