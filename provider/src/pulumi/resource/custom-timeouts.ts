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
 * The seconds of a timeout as the engine writes it, such as "20m" or "1h30m". The engine passes `customTimeouts`
 * on to no method of a dynamic provider, so the resource's constructor makes an input of it. What a transform supplies
 * comes after that and is lost.
 *
 * @returns undefined for no timeout, and for a text that is none: the engine itself complains of that.
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
