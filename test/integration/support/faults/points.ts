import { Life, requestOf, type Step, stepNames } from "../life";
import { snapshot, type Subject } from "../subject";
import { expectEndOfStep, runStep, runStepsBefore } from "./step-run";

/** A request within a step: the first of its kind is where a fault begins. */
export interface FaultPoint {
    readonly step: Step;
    readonly request: string;
    readonly action: string;
}

/** Returns the point's name: the step and the request. */
export function placeOf({ step, request }: FaultPoint): string {
    return `${step}, ${request}`;
}

/** Finds all points in a life without faults. */
export async function findPoints(subject = snapshot): Promise<readonly FaultPoint[]> {
    return (await Promise.all(stepNames.map((step) => pointsOfStep(step, subject)))).flat();
}

function pointsOfStep(step: Step, subject: Subject): Promise<FaultPoint[]> {
    return Life.live(async (life) => {
        await runStepsBefore(life, step);
        const { failure, ledger } = await runStep(life, step);
        expectEndOfStep(step, failure);
        const requests = new Set(ledger.map((entry) => requestOf(entry, life.emulator)));
        return [...requests].map((request) => ({ step, request, action: request.split(" ")[0] ?? "" }));
    }, subject);
}
