import { gridOf } from "./support/faults/grid";
import { type FaultPoint, findPoints } from "./support/faults/points";
import { fleetTrials } from "./support/faults/trials";
import { tryWorlds } from "./support/faults/try";
import { fleet } from "./support/subject";

describe("a fault in any call of a fleet's life", () => {
    let points: readonly FaultPoint[] = [];

    before("run a life without faults", async () => {
        points = await findPoints(fleet);
    });

    for (const [times, all] of Object.entries(fleetTrials)) {
        describe(times, () => {
            for (const trial of all) {
                for (const kind of trial.kinds) {
                    it(`${trial.shows}: ${kind.name}`, () =>
                        tryWorlds(trial, gridOf(trial, kind, points), fleet));
                }
            }
        });
    }
});
