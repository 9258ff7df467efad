import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { type RunState, stateTag } from "../../provider/src/core/run/run";
import { appConsistentSnapshot, appConsistentSnapshotFleet } from "../../provider/src/dynamic-provider";
import { fleetTypeToken, typeToken } from "../../provider/src/pulumi/resource/type-token";
import { fleetShimText, onlyAdd, shimText } from "./support/golden";

/** Every state that the tags of runs may tell. */
const runStates = Object.keys({
    ...{ open: true, handed: true, committed: true, closed: true },
} satisfies Record<RunState, true>) as RunState[];

describe("the names by which states and tags of any release are known", () => {
    it("are the type token, in each URN", () => {
        expect(typeToken, onlyAdd).to.equal("pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot");
        expect(fleetTypeToken, onlyAdd).to.equal("pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshotFleet");
    });

    it("are the module that the text in the state loads, and the methods that it calls", () => {
        const [, module = ""] = /require\("pulumi-alicloud-app-snapshot\/([\w-]+)"\)/.exec(shimText) ?? [];
        const { exports } = JSON.parse(
            readFileSync(join(__dirname, "..", "..", "provider", "package.json"), "utf8"),
        ) as { readonly exports: Readonly<Record<string, unknown>> };
        expect(exports, onlyAdd).to.have.property(`./${module}`);
        const called = [...shimText.matchAll(/this\.load\(\)\.(\w+)\(/g)].map(([, name = ""]) => name);
        expect(called).to.have.length(7);
        expect(appConsistentSnapshot, onlyAdd).to.include.keys(called);
        expect(appConsistentSnapshotFleet, onlyAdd).to.include.keys(called);
        const [fleet, single] = [fleetShimText, shimText].map(
            (text) => /dynamic-provider"\)\.(\w+);/.exec(text)?.[1],
        );
        expect({ fleet, single }, onlyAdd).to.deep.equal({
            fleet: "appConsistentSnapshotFleet",
            single: "appConsistentSnapshot",
        });
    });

    it("are the states of runs", () => {
        expect(runStates.map(stateTag), onlyAdd).to.deep.equal([
            { key: "app-snapshot:state", value: "open" },
            { key: "app-snapshot:state", value: "handed" },
            { key: "app-snapshot:state", value: "committed" },
            { key: "app-snapshot:state", value: "closed" },
        ]);
    });
});
