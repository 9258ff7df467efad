import { parseSeconds, toMicroseconds } from "../../runtime/duration";

/** The durations of a run's steps, in seconds; undefined if the plugin does not report them. */
export interface StepDurations {
    readonly preScript: number | undefined;
    /** The time from the beginning of the freeze to the end of the thaw. */
    readonly freeze: number | undefined;
    readonly postScript: number | undefined;
}

/**
 * Reads the durations that the plugin reports; pure. Version 1.8 ends with lines such as
 * `Prescript cost=1.2s, Postscript cost=35ms` and
 * `Prepare Freeze=14.5ms, Thaw cost=1.05ms, Snapshot Creation=988.2ms, Tag Resources=144.6ms`.
 * The group is created while the file systems are frozen, so the freeze lasts for the sum of the first three.
 */
export function stepDurations(messages: readonly string[]): StepDurations {
    const reported = (label: string): number | undefined => {
        const pattern = new RegExp(`\\b${label}=([0-9a-zµ.]+)`);
        const found = messages
            .map((message) => pattern.exec(message)?.[1])
            .filter((text) => text !== undefined);
        return found.length === 0 ? undefined : parseSeconds(found.at(-1) ?? "");
    };
    return {
        preScript: reported("Prescript cost"),
        freeze: sum([reported("Prepare Freeze"), reported("Snapshot Creation"), reported("Thaw cost")]),
        postScript: reported("Postscript cost"),
    };
}

function sum(values: readonly (number | undefined)[]): number | undefined {
    const known = values.filter((value) => value !== undefined);
    return known.length < values.length
        ? undefined
        : toMicroseconds(known.reduce((total, value) => total + value, 0));
}
