const unitSeconds: Readonly<Record<string, number>> = {
    h: 3600,
    m: 60,
    s: 1,
    ms: 0.001,
    us: 1e-6,
    µs: 1e-6,
    ns: 1e-9,
};

/**
 * Returns the seconds of a timeout as the engine writes it, such as "20m" or "1h30m". The engine does not pass
 * `customTimeouts` to a dynamic provider, so the resource's constructor makes it an input; that of a transform is lost.
 *
 * @returns undefined for no timeout, and for an invalid one, which the engine itself reports.
 */
export function timeoutOf(duration: string | undefined): number | undefined {
    if (duration === undefined || !/^(?:\d+(?:\.\d+)?(?:h|ms|us|µs|ns|m|s))+$/.test(duration)) {
        return undefined;
    }
    const parts = duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g);
    const seconds = [...parts].reduce(
        (sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit ?? ""] ?? 0),
        0,
    );
    return Math.max(1, Math.round(seconds));
}
