import { commitRuns } from "../../core/run/run-state";
import type { EcsApi } from "../../cloud/ecs/api";
import type { Clock } from "../../runtime/clock";
import type { Logger } from "../../runtime/logger";
import { isAcknowledged, expectAcknowledgement, removeAcknowledgement } from "./acknowledgement";

/** A snapshot that was handed to the engine, to be committed once it is recorded. */
export interface PendingCommit {
    readonly api: Pick<EcsApi, "tagResources">;
    /** The invocation that the resource has in its state. */
    readonly invokeId: string;
    readonly log: Logger;
    /** What is to be done once it is recorded. */
    readonly afterwards?: () => Promise<void>;
}

const pollIntervalMs = 100;

/** What this process has handed to the engine and not committed yet. */
export class PendingCommits {
    private waiting: PendingCommit[] = [];
    private watching: Promise<void> | undefined;

    constructor(private readonly clock: Clock) {}

    /** To be called before the engine gets the snapshot: the program may acknowledge it at any time after that. */
    async expect(commitment: PendingCommit): Promise<void> {
        try {
            await expectAcknowledgement(commitment.invokeId);
        } catch (thrown) {
            // It stays handed over: nobody deletes it on suspicion, and who sees it in a state commits it.
            commitment.log.debug(`${commitment.invokeId} can't be committed: ${String(thrown)}`);
            return;
        }
        this.waiting.push(commitment);
        this.watching ??= this.watch().finally(() => {
            this.watching = undefined;
        });
    }

    get isEmpty(): boolean {
        return this.waiting.length === 0;
    }

    /** Commits what is recorded by now and forgets the rest. */
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
        const seen = await Promise.all(
            this.waiting.map(async (commitment) => ({
                commitment,
                recorded: await isAcknowledged(commitment.invokeId),
            })),
        );
        const recorded = seen
            .filter((item) => item.recorded)
            .map((item) => item.commitment)
            // Meanwhile another look may have come first.
            .filter((commitment) => this.waiting.includes(commitment));
        this.waiting = this.waiting.filter((commitment) => !recorded.includes(commitment));
        await Promise.all(recorded.map(forget));
        const apis = new Set(recorded.map((commitment) => commitment.api));
        for (const api of apis) {
            await commitTogether(recorded.filter((commitment) => commitment.api === api));
        }
        await Promise.all(recorded.map(finish));
    }
}

/** The snapshot is recorded: nothing that goes wrong after it is its failure. */
async function finish({ afterwards, invokeId, log }: PendingCommit): Promise<void> {
    try {
        await afterwards?.();
    } catch (thrown) {
        log.debug(`after ${invokeId} was recorded: ${String(thrown)}`);
    }
}

/** Nobody waits for its receipt any more. */
async function forget({ invokeId, log }: PendingCommit): Promise<void> {
    try {
        await removeAcknowledgement(invokeId);
    } catch (thrown) {
        log.debug(`the receipt of ${invokeId} stays: ${String(thrown)}`);
    }
}

async function commitTogether(commitments: readonly PendingCommit[]): Promise<void> {
    const [first] = commitments;
    if (first === undefined) {
        return;
    }
    try {
        await commitRuns(
            first.api,
            commitments.map((commitment) => commitment.invokeId),
        );
    } catch (thrown) {
        for (const { log, invokeId } of commitments) {
            log.warn(
                `The snapshot was taken and recorded, but its invocation ${invokeId} could not be marked as done: ` +
                    `${thrown instanceof Error ? thrown.message : String(thrown)}. ` +
                    "The caller needs ecs:TagResources on invocations.",
            );
        }
    }
}
