import { proportionalDelay } from "./backoff";

/** What a look at something saw, and how long it has been waited for by then, in milliseconds. */
export interface Sight {
    readonly lastSeen: string;
    readonly elapsed: number;
}

/**
 * Where its output is no terminal, the engine prints a line for each status. One that says no more than that time goes
 * by is told every second at first, and every minute in the end.
 */
const repeatDelay = proportionalDelay({ share: 0.5, shortest: 1_000, longest: 60_000 });

/**
 * Whether a wait is to be told of again; a pure decision. A change is told at once.
 *
 * @param told what was told last; undefined for nothing.
 */
export function isNews(told: Sight | undefined, now: Sight): boolean {
    return told?.lastSeen !== now.lastSeen || now.elapsed - told.elapsed >= repeatDelay(told.elapsed);
}

/**
 * What goes on, for a resource's row: "running 3m20s: the snapshot plugin". What is done and for how long come first, and
 * ids last, because the name of the resource's type leaves little room in a narrow terminal.
 */
export function progressLine(doing: string, elapsedMs: number, what: string): string {
    return `${doing} ${timeSpent(elapsedMs)}: ${what}`;
}

/** Such as "20s", "3m20s" or "1h05m". */
export function timeSpent(durationMs: number): string {
    const seconds = Math.round(durationMs / 1000);
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    const twoDigits = (value: number): string => String(value).padStart(2, "0");
    if (hours > 0) {
        return `${hours}h${twoDigits(minutes % 60)}m`;
    }
    return minutes > 0 ? `${minutes}m${twoDigits(seconds % 60)}s` : `${seconds}s`;
}
