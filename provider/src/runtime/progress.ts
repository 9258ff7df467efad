import { proportionalDelay } from "./backoff";

/** The state that a look found, and the time waited by then. */
export interface Sight {
    readonly lastSeen: string;
    readonly elapsedMs: number;
}

/**
 * The interval of status lines in which only the time changes, from a second to a minute: if its output is not a
 * terminal, the engine prints each of them.
 */
const repeatDelay = proportionalDelay({ share: 0.5, shortestMs: 1_000, longestMs: 60_000 });

/**
 * Tells whether a wait is to be reported again; a pure decision. A change is reported at once.
 *
 * @param reported the last report; undefined if there was none.
 */
export function isNews(reported: Sight | undefined, now: Sight): boolean {
    return (
        reported?.lastSeen !== now.lastSeen ||
        now.elapsedMs - reported.elapsedMs >= repeatDelay(reported.elapsedMs)
    );
}

/**
 * Formats progress for a resource's row: "running 3m20s: the snapshot plugin". The step and its duration come first,
 * and ids last, because the name of the resource's type leaves little room in a narrow terminal.
 */
export function progressLine(doing: string, elapsedMs: number, what: string): string {
    return `${doing} ${timeSpent(elapsedMs)}: ${what}`;
}

/** Formats a duration, such as "20s", "3m20s" or "1h05m". */
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
