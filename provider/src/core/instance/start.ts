import type { Instance } from "../../cloud/ecs/api";
import type { Clock } from "../../runtime/clock";

/** The time after the start of an instance within which it becomes ready. */
export const startMs = 15 * 60_000;

/**
 * The phase of an instance's start.
 * - "starting": it is in progress.
 * - "new": it was so recent that the agent may not be online yet.
 * - "over": remaining problems don't disappear by themselves.
 * - "stopped": there is none.
 */
export type StartPhase = "starting" | "new" | "over" | "stopped";

const startingStatuses: ReadonlySet<string> = new Set(["Pending", "Starting"]);

/**
 * Decides on the phase of an instance's start. Pure.
 *
 * @param now the time by the cloud's clock, like the instance's times; undefined if unknown.
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
        // Either may be missing, and then yields NaN.
        [creationTime, startTime].some((time) => now - Date.parse(time) < startMs);
    return isNew ? "new" : "over";
}

/** The wait for the start of an instance. */
export class StartWait {
    private until: number | undefined;
    private sawStarting = false;

    constructor(private readonly clock: Clock) {}

    /** Tells whether to poll again. Once "starting" was seen, the start's date, which may be late, is not needed. */
    shouldContinue(phase: StartPhase): boolean {
        this.until ??= this.clock.now() + startMs;
        this.sawStarting ||= phase === "starting";
        return phase !== "stopped" && (phase !== "over" || this.sawStarting) && this.clock.now() < this.until;
    }
}
