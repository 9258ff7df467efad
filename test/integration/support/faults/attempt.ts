import { expect } from "chai";
import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";
import { steps, type Life, type Step } from "../life";

/** What came of a step. */
export interface Attempted {
    readonly failure: Error | undefined;
    /** The requests of this step. */
    readonly ledger: readonly LedgerEntry[];
}

export async function attempt(life: Life, step: Step): Promise<Attempted> {
    const before = life.emulator.ledger.length;
    const failure = await life.run(step).then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
    );
    return { failure, ledger: life.emulator.ledger.slice(before) };
}

/** What comes before a step in a life. */
export async function prepare(life: Life, step: Step): Promise<void> {
    for (const before of steps[step]) {
        expectEndOfStep(before, (await attempt(life, before)).failure);
    }
}

/** A step ends as it does without a fault. */
export function expectEndOfStep(step: Step, failure: Error | undefined): void {
    if (step === "delete what is held") {
        expect(failure?.message ?? "")
            .to.match(/^SnapshotsHeld: /)
            .and.include("m-holder");
    } else {
        expect(failure?.message ?? "").to.equal("");
    }
}
