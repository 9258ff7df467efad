import type { Instance } from "../../cloud/ecs/api";
import type { Clock } from "../../runtime/clock";

/** For how long after its start an instance may lack what comes up with it, in milliseconds. */
export const startMs = 15 * 60_000;

/**
 * How far the start of an instance is.
 * - "starting": it goes on.
 * - "new": it was lately, so that the agent may not be there yet.
 * - "over": what is missing now does not come by itself.
 * - "stopped": there is none.
 */
export type StartPhase = "starting" | "new" | "over" | "stopped";

const startingStatuses: ReadonlySet<string> = new Set(["Pending", "Starting"]);

/**
 * How far the start of an instance is; a pure decision.
 *
 * @param now by the cloud's clock, as the instance's own times are; undefined where that is not known.
 */
export function startPhase(
    { status, creationTime, startTime }: Pick<Instance, "status" | "creationTime" | "startTime">,
    now: number | undefined,
): StartPhase {
    if (startingStatuses.has(status)) {
        return "starting";
    }
    if (status !== "Running") {
        return "stopped";
    }
    const isNew =
        now !== undefined &&
        // Either may be missing, and is not a number then.
        [creationTime, startTime].some((time) => now - Date.parse(time) < startMs);
    return isNew ? "new" : "over";
}

/** For how long one start of an instance is waited for, look by look. */
export class StartWait {
    private until: number | undefined;
    private sawStarting = false;

    constructor(private readonly clock: Clock) {}

    /** Whether to look again. A start that was seen itself needs no date, which may be shown late. */
    shouldContinue(phase: StartPhase): boolean {
        this.until ??= this.clock.now() + startMs;
        this.sawStarting ||= phase === "starting";
        return phase !== "stopped" && (phase !== "over" || this.sawStarting) && this.clock.now() < this.until;
    }
}
