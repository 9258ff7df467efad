import type { Invocation } from "../world/invocation";
import type { Sample } from "./sample";

/** The samples of invocations, one for each exit code of the plugin manager. */
export class Samples {
    private readonly made = new WeakMap<Invocation, Map<number, Promise<Sample | undefined>>>();

    /** Returns a sample; has it made if it is the first time. */
    of(
        invocation: Invocation,
        managerExitCode: number,
        make: () => Promise<Sample | undefined>,
    ): Promise<Sample | undefined> {
        const byCode = this.made.get(invocation) ?? new Map<number, Promise<Sample | undefined>>();
        this.made.set(invocation, byCode);
        const known = byCode.get(managerExitCode) ?? make();
        byCode.set(managerExitCode, known);
        return known;
    }
}
