const unitSeconds: Readonly<Record<string, number>> = {
    h: 3_600,
    m: 60,
    s: 1,
    ms: 1e-3,
    us: 1e-6,
    µs: 1e-6,
    ns: 1e-9,
};

/** Returns the seconds of a duration as Go prints it, such as `1h2m3.5s` or `988.2ms`; undefined for anything else. */
export function parseSeconds(text: string): number | undefined {
    if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/.test(text)) {
        return undefined;
    }
    const total = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)].reduce(
        (sum, [, value = "", unit = ""]) => sum + Number(value) * (unitSeconds[unit] ?? 0),
        0,
    );
    return toMicroseconds(total);
}

/** Rounds seconds to microseconds, to remove the errors of floating-point arithmetic. */
export function toMicroseconds(value: number): number {
    return Number(value.toFixed(6));
}
