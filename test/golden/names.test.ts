import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { type RunState, stateTag } from "../../provider/src/core/run/run";
import * as dynamicProvider from "../../provider/src/dynamic-provider";
import { fleetTypeToken, typeToken } from "../../provider/src/pulumi/resource/type-token";
import { fleetShimText, onlyAdd, shimText } from "./support/golden";

/** Every state that the tags of runs may tell. */
const runStates = Object.keys({
    ...{ open: true, handed: true, committed: true, closed: true },
} satisfies Record<RunState, true>) as RunState[];

describe("the names by which states and tags of any release are known", () => {
    it("are the type tokens, in each URN", () => {
        expect(typeToken, onlyAdd).to.equal("pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot");
        expect(fleetTypeToken, onlyAdd).to.equal("pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshotFleet");
    });

    for (const [text, name] of [
        [shimText, "appConsistentSnapshot"],
        [fleetShimText, "appConsistentSnapshotFleet"],
    ] as const) {
        it(`are the module that the text in the state loads, its export ${name}, and the methods that it calls`, () => {
            expectExport(text, name);
        });
    }

    it("are the states of runs", () => {
        expect(runStates.map(stateTag), onlyAdd).to.deep.equal([
            { key: "app-snapshot:state", value: "open" },
            { key: "app-snapshot:state", value: "handed" },
            { key: "app-snapshot:state", value: "committed" },
            { key: "app-snapshot:state", value: "closed" },
        ]);
    });
});

function expectExport(text: string, name: keyof typeof dynamicProvider): void {
    const [, module = "", exported] =
        /require\("pulumi-alicloud-app-snapshot\/([\w-]+)"\)\.(\w+);/.exec(text) ?? [];
    const { exports } = JSON.parse(
        readFileSync(join(__dirname, "..", "..", "provider", "package.json"), "utf8"),
    ) as { readonly exports: Readonly<Record<string, unknown>> };
    expect(exports, onlyAdd).to.have.property(`./${module}`);
    expect(exported, onlyAdd).to.equal(name);
    const called = [...text.matchAll(/this\.load\(\)\.(\w+)\(/g)].map(([, method = ""]) => method);
    expect(called).to.have.length(7);
    expect(dynamicProvider[name], onlyAdd).to.include.keys(called);
}
