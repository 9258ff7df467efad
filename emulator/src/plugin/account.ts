/** The steps of a run that the plugin measures. */
type TimedStep =
    "Prescript" | "Postscript" | "Prepare Freeze" | "Thaw" | "Snapshot Creation" | "Tag Resources";

/** The durations of the steps of a run, as the plugin's account at its end tells them. */
export class Account {
    private readonly spentMs = new Map<TimedStep, number>();

    /** Measures a step by the machine's clock, whatever the emulator's own does. */
    async time<T>(step: TimedStep, work: () => T | Promise<T>): Promise<T> {
        const start = performance.now();
        try {
            return await work();
        } finally {
            this.spentMs.set(step, performance.now() - start);
        }
    }

    /** The lines of the account; steps that were not taken have no value. */
    get lines(): readonly string[] {
        const of = (step: TimedStep) => goDuration(this.spentMs.get(step));
        return [
            `Prescript cost=${of("Prescript")}, Postscript cost=${of("Postscript")}`,
            `Prepare Freeze=${of("Prepare Freeze")}, Thaw cost=${of("Thaw")}, ` +
                `Snapshot Creation=${of("Snapshot Creation")}, Tag Resources=${of("Tag Resources")}`,
        ];
    }
}

/** Formats a duration below a minute as Go does: with its unit, to the nanosecond, without zeros at the end. */
function goDuration(ms: number | undefined): string {
    if (ms === undefined) {
        return "";
    }
    const [value, digits, unit] = ms < 1000 ? [ms, 6, "ms"] : [ms / 1000, 9, "s"];
    return `${Number(value.toFixed(digits))}${unit}`;
}
