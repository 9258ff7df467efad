import { expect } from "chai";

import { calledOperations } from "../docs/support/sources";
import { expectInOrder } from "./support/faults/expectations";
import { gridOf } from "./support/faults/grid";
import { type FaultPoint, findPoints, placeOf } from "./support/faults/points";
import { sampleOf } from "./support/faults/sample";
import { type Hit, trials } from "./support/faults/trials";
import { tryWorlds } from "./support/faults/try";
import { Life, stepNames } from "./support/life";

describe("a fault in a snapshot's life", () => {
    let points: readonly FaultPoint[] = [];

    before("run a life without faults", async () => {
        points = await findPoints();
    });

    for (const step of stepNames) {
        describe(`in a call of "${step}"`, () => {
            for (const [times, all] of Object.entries(trials)) {
                describe(times, () => {
                    for (const trial of all.filter(({ steps }) => steps.includes(step))) {
                        it(trial.shows, () => tryWorlds(trial, sampleOf(trial, step, points)));
                    }
                });
            }
        });
    }

    it("leads to no second snapshot if the first one shows late", () =>
        Life.live(async (life) => {
            await life.run("create");
            const place = "adopt, DescribeSnapshotGroups by id";
            const group = points.find((point) => placeOf(point) === place);
            expect(group, place).not.to.equal(undefined);
            // For about ten seconds by the clock of this life.
            life.emulator.faults.add({ action: group?.action ?? "", kind: "miss", times: 10 });
            await life.run("adopt");
            expect(life.emulator.faults.pending, "faults to come").to.equal(0);
            expectInOrder(life);
        }));

    describe("is tried in a sample that", () => {
        it("has every operation that the package uses", () => {
            expect([...new Set(points.map(({ action }) => action))]).to.include.members(calledOperations());
        });

        for (const trial of Object.values(trials).flat()) {
            const hits = (): Record<"grid" | "sample", Hit[]> => ({
                grid: trial.kinds.flatMap((kind) => gridOf(trial, kind, points)).flat(2),
                sample: trial.steps.flatMap((step) => sampleOf(trial, step, points)).flat(2),
            });
            const title = `of what "${trial.shows}"`;

            it(`${title} has each call that can be hit`, () => {
                const { grid, sample } = hits();
                const name = ({ point }: Hit): string => placeOf(point);
                expect(new Set(sample.map(name))).to.deep.equal(new Set(grid.map(name)));
            });

            it(`${title} has each kind of fault in each step`, () => {
                const { grid, sample } = hits();
                const name = ({ point, kind }: Hit): string => `${point.step}, ${kind.name}`;
                expect(new Set(sample.map(name))).to.deep.equal(new Set(grid.map(name)));
            });
        }
    });
});
