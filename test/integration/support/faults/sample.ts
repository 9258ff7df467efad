import { type Step, stepNames } from "../life";
import type { FaultPoint } from "./points";
import { type Hit, isTried, type Trial, type Turns } from "./trials";

/**
 * Selects a part of a trial's grid for one step: each of its calls is hit, and each kind of fault hits one of them. The
 * kinds are dealt to the calls like cards, in as many rounds as necessary.
 */
export function sampleOf(trial: Trial, step: Step, points: readonly FaultPoint[]): readonly Turns[] {
    const ofStep = points.filter((point) => point.step === step);
    return roundsOf(trial, step, ofStep).flatMap((hits) => trial.worldsOf(step, hits));
}

function roundsOf(trial: Trial, step: Step, points: readonly FaultPoint[]): Hit[][] {
    const possible = trial.kinds.filter((kind) => points.some((point) => isTried(trial, { point, kind })));
    // A request that several steps make is thus hit by several kinds.
    let pack = rotated(possible, stepNames.indexOf(step));
    const missing = new Set(pack);
    const rounds: Hit[][] = [];
    while (missing.size > 0) {
        const round: Hit[] = [];
        for (const point of points) {
            const kind = pack.find((next) => isTried(trial, { point, kind: next }));
            if (kind !== undefined) {
                round.push({ point, kind });
                missing.delete(kind);
                pack = [...pack.filter((other) => other !== kind), kind];
            }
        }
        rounds.push(round);
    }
    return rounds;
}

function rotated<T>(values: readonly T[], by: number): readonly T[] {
    const start = values.length === 0 ? 0 : by % values.length;
    return [...values.slice(start), ...values.slice(0, start)];
}
