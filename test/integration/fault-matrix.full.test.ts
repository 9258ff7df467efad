import { rehearse, type Point } from "./support/faults/points";
import { gridOf } from "./support/faults/grid";
import { trials } from "./support/faults/trials";
import { tryAll } from "./support/faults/try";

describe("a fault in any call of a snapshot's life", () => {
    let points: readonly Point[] = [];

    before("rehearse a life without a fault", async () => {
        points = await rehearse();
    });

    for (const [times, all] of Object.entries(trials)) {
        describe(times, () => {
            for (const trial of all) {
                for (const kind of trial.kinds) {
                    it(`${trial.shows}: ${kind.name}`, () => tryAll(trial, gridOf(trial, kind, points)));
                }
            }
        });
    }
});
