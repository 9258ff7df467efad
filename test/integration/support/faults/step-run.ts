import { expect } from "chai";
import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

import { type Life, type Step, steps } from "../life";

/** The result of a step. */
export interface StepResult {
    readonly failure: Error | undefined;
    /** The requests of this step. */
    readonly ledger: readonly LedgerEntry[];
}

export async function runStep(life: Life, step: Step): Promise<StepResult> {
    const before = life.emulator.ledger.length;
    const failure = await life.run(step).then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
    );
    return { failure, ledger: life.emulator.ledger.slice(before) };
}

/** Runs the steps before a step in a life. */
export async function runStepsBefore(life: Life, step: Step): Promise<void> {
    for (const before of steps[step]) {
        expectEndOfStep(before, (await runStep(life, before)).failure);
    }
}

/** A step ends as it does without a fault. */
export function expectEndOfStep(step: Step, failure: Error | undefined): void {
    if (step === "delete what is held") {
        expect(failure?.message ?? "")
            .to.match(/^(?:SnapshotsHeld|FleetNotDeleted): /)
            .and.include("SnapshotsHeld: ")
            .and.include("m-holder");
    } else {
        expect(failure?.message ?? "").to.equal("");
    }
}
