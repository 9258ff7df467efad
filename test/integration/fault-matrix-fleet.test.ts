import { gridOf } from "./support/faults/grid";
import { faultKinds } from "./support/faults/kinds";
import { type FaultPoint, findPoints, placeOf } from "./support/faults/points";
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
            for (const trial of fleetTrials["that hits it once"].filter(({ steps }) =>
                steps.includes(step),
            )) {
                it(trial.shows, () => tryWorlds(trial, sampleOf(trial, step, points), fleet));
            }
        });
    }

    it("does not keep an update from recording what it took, if that can't look up what it removes", async () => {
        const [trial] = fleetTrials["that hits it from then on"];
        const [kind] = faultKinds.notDone;
        if (trial === undefined || kind === undefined) {
            throw new Error("there is no such trial");
        }
        const worlds = gridOf(trial, kind, points).filter((turns) =>
            turns.flat().some(({ point }) => placeOf(point) === "update, DescribeInvocations by id"),
        );
        await tryWorlds(trial, worlds, fleet);
    });
});
