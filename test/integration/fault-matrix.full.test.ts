import { gridOf } from "./support/faults/grid";
import { type FaultPoint, findPoints } from "./support/faults/points";
import { trials } from "./support/faults/trials";
import { tryWorlds } from "./support/faults/try";

describe("a fault in any call of a snapshot's life", () => {
    let points: readonly FaultPoint[] = [];

    before("run a life without faults", async () => {
        points = await findPoints();
    });

    for (const [times, all] of Object.entries(trials)) {
        describe(times, () => {
            for (const trial of all) {
                for (const kind of trial.kinds) {
                    it(`${trial.shows}: ${kind.name}`, () => tryWorlds(trial, gridOf(trial, kind, points)));
                }
            }
        });
    }
});
