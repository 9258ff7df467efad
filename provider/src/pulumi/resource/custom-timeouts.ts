import { parseSeconds } from "../../runtime/duration";

/**
 * Returns the seconds of a timeout as the engine writes it, such as "20m" or "1h30m". The engine does not pass
 * `customTimeouts` to a dynamic provider, so the resource's constructor makes it an input; that of a transform is lost.
 *
 * @returns undefined for no timeout, and for an invalid one, which the engine itself reports.
 */
export function timeoutOf(duration: string | undefined): number | undefined {
    const seconds = parseSeconds(duration ?? "");
    return seconds === undefined ? undefined : Math.max(1, Math.round(seconds));
}
