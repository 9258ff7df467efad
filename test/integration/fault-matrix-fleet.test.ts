import { type FaultPoint, findPoints } from "./support/faults/points";
import { sampleOf } from "./support/faults/sample";
import { fleetTrials } from "./support/faults/trials";
import { tryWorlds } from "./support/faults/try";
import { fleet } from "./support/subject";

/** A part that takes seconds; the rest is in the full tests. */
const steps = ["create", "update"] as const;

describe("a fault in a fleet's life", () => {
    let points: readonly FaultPoint[] = [];

    before("run a life without faults", async () => {
        points = await findPoints(fleet);
    });

    for (const step of steps) {
        describe(`in a call of "${step}"`, () => {
            for (const trial of fleetTrials["that hits it once"].filter(({ steps }) => steps.includes(step))) {
                it(trial.shows, () => tryWorlds(trial, sampleOf(trial, step, points), fleet));
            }
        });
    }
});
