import type { EcsApi, InvocationResult } from "../../../provider/src/cloud/ecs/api";
import type { SnapshotRun } from "../../../provider/src/core/run/run";
import { listTags } from "../../../provider/src/core/run/run";
import type { Clock } from "../../../provider/src/runtime/clock";
import { invocationOf, invokedInstanceOf, resultOf } from "./samples";

/** The end of a run on one instance. */
export interface InstanceEnd {
    /** In milliseconds after the start. */
    readonly atMs: number;
    /** Default: Success. */
    readonly invocationStatus?: string;
}

/** A run as far as polls are concerned. */
export type PolledRun = Pick<
    SnapshotRun,
    "invokeId" | "allInstanceIds" | "creationTime" | "timeoutSeconds" | "stack" | "state"
>;

interface StartedRun {
    readonly run: PolledRun;
    readonly ends: ReadonlyMap<string, InstanceEnd>;
}

type Polls = Pick<EcsApi, "describeInvocations" | "describeInvocationResults" | "answeredAt">;

/** A cloud in which runs end by the clock, and which counts the requests that polls take. */
export class RunCloud {
    readonly api: Polls;
    /** The requests for lists of invocations, and for results. */
    readonly requests = { lists: 0, results: 0 };
    /** The invocations whose results were requested by their ids. */
    readonly fetched: string[] = [];
    /** The number of requests for the results of a list. */
    fetchedTogether = 0;
    /** The time after the start from which lists show anything. */
    listedAfterMs = 0;
    /** Runs that no list shows. */
    readonly unlisted = new Set<string>();
    private readonly runs = new Map<string, StartedRun>();
    private readonly start: number;

    /** @param latencyMs the time that each request takes. */
    constructor(
        private readonly clock: Clock,
        private readonly latencyMs = 0,
    ) {
        this.start = clock.now();
        this.api = {
            answeredAt: () => clock.now(),
            describeInvocations: (filter) => this.list("tags" in filter ? JSON.stringify(filter.tags) : ""),
            describeInvocationResults: (filter) =>
                typeof filter === "string"
                    ? this.results(filter)
                    : this.resultsTogether(JSON.stringify(filter.tags)),
        };
    }

    /** Starts a run. Its creation time is that of the cloud. */
    add(
        invokeId: string,
        ends: Readonly<Record<string, InstanceEnd>>,
        more: Partial<Pick<SnapshotRun, "stack" | "state">> = {},
    ): PolledRun {
        const run = {
            invokeId,
            allInstanceIds: Object.keys(ends),
            creationTime: new Date(this.start).toISOString(),
            timeoutSeconds: 3_600,
            stack: "5ac5",
            state: "open",
            ...more,
        };
        this.runs.set(invokeId, { run, ends: new Map(Object.entries(ends)) });
        return run;
    }

    private async list(tags: string): ReturnType<EcsApi["describeInvocations"]> {
        const runs = this.listed(tags);
        await this.pass("lists", runs.length);
        return runs.map(({ run, ends }) =>
            invocationOf({
                invokeId: run.invokeId,
                instances: [...ends].map(([instanceId, end]) => {
                    const { invocationStatus, exitCode, finishedTime } = this.resultOf(instanceId, end);
                    return invokedInstanceOf({
                        instanceId,
                        invocationStatus,
                        exitCode,
                        finishTime: finishedTime,
                    });
                }),
            }),
        );
    }

    private listed(tags: string): StartedRun[] {
        return [...this.runs.values()].filter(
            ({ run }) =>
                JSON.stringify(listTags(run)) === tags &&
                !this.unlisted.has(run.invokeId) &&
                this.clock.now() - this.start >= this.listedAfterMs,
        );
    }

    private async resultsTogether(tags: string): Promise<InvocationResult[]> {
        this.fetchedTogether += 1;
        const rows = this.listed(tags).flatMap(({ run, ends }) =>
            [...ends].map(([instanceId, end]) => ({
                ...this.resultOf(instanceId, end),
                invokeId: run.invokeId,
            })),
        );
        await this.pass("results", rows.length);
        return rows;
    }

    private async results(invokeId: string): Promise<InvocationResult[]> {
        this.fetched.push(invokeId);
        const ends = [...(this.runs.get(invokeId)?.ends ?? [])];
        await this.pass("results", ends.length);
        return ends.map(([instanceId, end]) => this.resultOf(instanceId, end));
    }

    /** Counts the pages of a list, and lets the time pass that they take. */
    private async pass(kind: keyof RunCloud["requests"], rows: number): Promise<void> {
        const pages = Math.max(1, Math.ceil(rows / 50));
        this.requests[kind] += pages;
        if (this.latencyMs > 0) {
            await this.clock.sleep(pages * this.latencyMs);
        }
    }

    private resultOf(
        instanceId: string,
        { atMs, invocationStatus = "Success" }: InstanceEnd,
    ): InvocationResult {
        const hasEnded = this.clock.now() - this.start >= atMs;
        return resultOf({
            instanceId,
            invocationStatus: hasEnded ? invocationStatus : "Running",
            exitCode: hasEnded ? (invocationStatus === "Success" ? 0 : 1) : undefined,
            finishedTime: hasEnded ? new Date(this.start + atMs).toISOString() : "",
        });
    }
}
