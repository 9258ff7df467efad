import { expect } from "chai";

import type { Setting } from "../../../tools/bench/setting.mjs";
import { measured } from "./support";

function load() {
    return Promise.all([
        import("../../../tools/bench/run.mjs"),
        import("../../../tools/bench/scenarios.mjs"),
    ]).then(([run, scenarios]) => ({ ...run, ...scenarios }));
}

describe("the plan of the bench", () => {
    it("makes every measurement once, and the short ones three times", async () => {
        const { planOf, SCENARIOS } = await load();
        const names = planOf({ full: false }).groups.flat();
        expect([...new Set(names)]).to.have.members(Object.keys(SCENARIOS));
        expect(names.filter((name) => name === "single")).to.have.length(3);
        expect(names.filter((name) => name === "fleet")).to.have.length(1);
    });

    it("makes every measurement three times and those of the grid once in the full form", async () => {
        const { GRID, planOf, SCENARIOS } = await load();
        const names = planOf({ full: true }).groups.flat();
        expect([...new Set(names)]).to.have.members([...Object.keys(SCENARIOS), ...Object.keys(GRID)]);
        expect(names.filter((name) => name === "fleet")).to.have.length(3);
        expect(names.filter((name) => name in GRID)).to.have.length(Object.keys(GRID).length);
    });

    it("makes only what the wanted rows need, with at most so many instances", async () => {
        const { planOf } = await load();
        const { groups, settings } = planOf({ full: false, only: new Set(["fleet", "vendor"]), most: 3 });
        expect(groups).to.deep.equal([["fleet"], ["vendor"]]);
        expect(settings["fleet"]?.count).to.equal(3);
        expect(settings["single"]?.count).to.equal(1);
    });
});

describe("the measurements of the bench", () => {
    it("go on after one that fails, whose reason is kept", async () => {
        const { APART_MS, makeMeasurements, SHORT } = await load().then(async (loaded) => ({
            ...loaded,
            ...(await import("../../../tools/bench/distribution.mjs")),
        }));
        const setting: Setting = { form: "vendor", count: 1, distribution: SHORT };
        const logged: string[] = [];
        const waits: number[] = [];
        const results = await makeMeasurements(
            {
                groups: [["bad"], ["good", "bad"]],
                settings: { bad: { ...setting, count: 2 }, good: setting },
            },
            {
                engine: "",
                log: (line) => logged.push(line),
                wait: (ms) => Promise.resolve(waits.push(ms)),
                make: ({ count }) =>
                    count === 2 ? Promise.reject(new Error("It broke.")) : Promise.resolve(measured({})),
            },
        );
        expect(results).to.deep.equal({ runs: { good: [measured({})] }, problems: { bad: "It broke." } });
        // Those of one group start apart.
        expect(waits).to.deep.equal([0, 0, APART_MS]);
        expect(logged).to.have.length(2);
        expect(logged[0]).to.equal("bad: failed. It broke.");
    });
});
