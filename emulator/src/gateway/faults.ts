import type { OperationTable } from "../operations/operation";

/** The ways in which a call goes wrong. */
export type FaultKind =
    /** The connection breaks before the call is processed. */
    | "reset-before"
    /** The call is processed, then the connection breaks instead of an answer. */
    | "reset-after"
    /** The call takes `delayMs` longer; meanwhile its ClientToken counts as in progress. */
    | "delay"
    /** 500 `InternalError`. */
    | "http-500"
    /** 502 with an HTML page, as a load balancer sends it. */
    | "bad-gateway"
    /** An answer without a body, of the given `status` (default 200). */
    | "empty"
    /** 503 `ServiceUnavailable`. */
    | "unavailable"
    /** A throttling code (default `Throttling.User`), with `x-acs-retry-after` when `retryAfterMs` is given. */
    | "throttled"
    /** 403 `IdempotentProcessing`. */
    | "idempotent-processing"
    /** Any error: `status`, `code`, `message`. */
    | "error"
    /**
     * 200, but nothing happens, and every item of the answer tells a failure (`code`, `message`). Only for operations
     * that answer so: AttachInstanceRamRole, DetachInstanceRamRole, DeleteSnapshotGroup.
     */
    | "item-failure"
    /** A Describe operation finds nothing, as right after a creation. Only for those. */
    | "miss"
    /**
     * Each page is answered with the same `NextToken`, so that there is no last one as long as `times` lasts. Only for
     * operations that take one.
     */
    | "repeated-token"
    /** The connection stays open without an answer. */
    | "no-answer";

/** A fault to inject. Nothing ever fails unless a fault was added. */
export interface Fault {
    /** The operation it hits, or "*" for all. */
    readonly action: string;
    readonly kind: FaultKind;
    /** The number of calls it hits. Default 1; `Infinity` for all. */
    readonly times?: number;
    /** The number of matching calls that pass first. Default 0. */
    readonly after?: number;
    /** Hits only calls with these parameters. */
    readonly when?: (params: Readonly<Record<string, string>>) => boolean;
    readonly status?: number;
    readonly code?: string;
    readonly message?: string;
    readonly retryAfterMs?: number;
    readonly delayMs?: number;
    /**
     * True if the call takes effect all the same, for the kinds "http-500", "bad-gateway", "empty", "unavailable",
     * "error" and "no-answer". Default false.
     */
    readonly processed?: boolean;
}

interface Planned {
    fault: Fault;
    toSkip: number;
    left: number;
}

/** The faults still to come, in the order in which they were added. */
export class FaultPlan {
    private planned: Planned[] = [];

    constructor(private readonly operations: OperationTable) {}

    /** Throws for a fault that the named operation cannot have, and then adds none. */
    add(...faults: Fault[]): void {
        for (const fault of faults) {
            check(fault, this.operations);
        }
        for (const fault of faults) {
            this.planned.push({ fault, toSkip: fault.after ?? 0, left: fault.times ?? 1 });
        }
    }

    /** Removes all faults. */
    clear(): void {
        this.planned = [];
    }

    /** The number of hits that are still to come. */
    get pending(): number {
        return this.planned.reduce((sum, item) => sum + item.left, 0);
    }

    /** Takes the fault that hits this call, if any. Every matching call counts, so this is called once per call. */
    take(action: string, params: Readonly<Record<string, string>>): Fault | undefined {
        for (const item of this.planned) {
            const { fault } = item;
            if ((fault.action !== "*" && fault.action !== action) || !(fault.when?.(params) ?? true)) {
                continue;
            }
            if (item.toSkip > 0) {
                item.toSkip--;
                continue;
            }
            item.left--;
            if (item.left <= 0) {
                this.planned = this.planned.filter((other) => other !== item);
            }
            return fault;
        }
        return undefined;
    }
}

/** Refuses a fault that can never hit: it would let a test pass for the wrong reason. */
function check({ action, kind }: Fault, operations: OperationTable): void {
    if (action !== "*" && !Object.hasOwn(operations, action)) {
        throw new Error(`a fault names the operation "${action}", which the emulator does not serve`);
    }
    if (kind === "item-failure" && operations[action]?.failItems === undefined) {
        const able = Object.keys(operations).filter((name) => operations[name]?.failItems !== undefined);
        throw new Error(
            `the fault "item-failure" is not for "${action}", but for what answers with a list of results: ${able.join(", ")}`,
        );
    }
    if (kind === "miss" && !action.startsWith("Describe")) {
        throw new Error(`the fault "miss" is not for "${action}", but for a Describe operation`);
    }
    if (kind === "repeated-token" && operations[action]?.parameters.NextToken === undefined) {
        throw new Error(
            `the fault "repeated-token" is not for "${action}", but for an operation that takes a NextToken`,
        );
    }
}
