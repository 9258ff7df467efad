import { stepNames } from "../life";
import type { FaultKind } from "./kinds";
import type { FaultPoint } from "./points";
import { isTried, type Trial, type Turns } from "./trials";

/** All hits of a trial with one kind of fault: it hits each call that it can hit. */
export function gridOf(trial: Trial, kind: FaultKind, points: readonly FaultPoint[]): readonly Turns[] {
    return stepNames.flatMap((step) => {
        const hits = points
            .filter((point) => point.step === step)
            .map((point) => ({ point, kind }))
            .filter((hit) => isTried(trial, hit));
        return hits.length === 0 ? [] : trial.worldsOf(step, hits);
    });
}
