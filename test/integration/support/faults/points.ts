import { attempt, expectEndOfStep, prepare } from "./attempt";
import { Life, requestOf, stepNames, type Step } from "../life";

/** A request within a step: the first of its kind is where a fault begins. */
export interface Point {
    readonly step: Step;
    readonly request: string;
    readonly action: string;
}

/** Its name: the step and the request. */
export function placeOf({ step, request }: Point): string {
    return `${step}, ${request}`;
}

/** All that there are, seen in a life without a fault. */
export async function rehearse(): Promise<readonly Point[]> {
    return (await Promise.all(stepNames.map(rehearseStep))).flat();
}

function rehearseStep(step: Step): Promise<Point[]> {
    return Life.live(async (life) => {
        await prepare(life, step);
        const { failure, ledger } = await attempt(life, step);
        expectEndOfStep(step, failure);
        const requests = new Set(ledger.map((entry) => requestOf(entry, life.emulator)));
        return [...requests].map((request) => ({ step, request, action: request.split(" ")[0] ?? "" }));
    });
}
