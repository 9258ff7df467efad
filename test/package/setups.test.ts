import { expect } from "chai";

import { codeBlocks, document } from "../docs/support/markdown";
import { type Setup, setups } from "./setups";
import { managers, pnpmSettings } from "./support/package-managers";

interface Manifest {
    readonly engines: { readonly node: string };
    readonly peerDependencies: { readonly "@pulumi/pulumi": string };
}

const all: readonly Setup[] = Object.values(setups);

function sdksOn(node: string): readonly string[] {
    return [...new Set(all.filter((one) => one.node.startsWith(`${node}.`)).map(({ sdk }) => sdk))];
}

describe("the setups that the package is installed in", () => {
    it("combine each version of Node.js with the oldest SDK and the newest that it can have", () => {
        const { engines, peerDependencies } = JSON.parse(document("provider/package.json")) as Manifest;
        const oldest = peerDependencies["@pulumi/pulumi"].replace("^", "");
        const newest = setups.workspace.sdk;
        expect(engines.node).to.match(/^>=20\./);
        expect(sdksOn("20")).to.have.members([oldest, setups.typeScript.sdk]);
        expect(sdksOn("22")).to.have.members([oldest, newest]);
        expect(sdksOn("24")).to.have.members([oldest, newest]);
    });

    it("have each package manager, a folder around the program's, and each kind of program", () => {
        expect([...new Set(all.map(({ manager }) => manager))]).to.have.members(Object.values(managers));
        expect(all.filter(({ workspace }) => workspace).map(({ manager }) => manager.title)).to.have.length(
            2,
        );
        const kinds = all.map(({ packageJson: { main, type } }) => [main, type].filter(Boolean).join(" "));
        expect([...new Set(kinds)]).to.have.members([
            ...["index.js", "index.mjs module", "index.ts", "index.ts module", "bundle.cjs"],
        ]);
    });

    it("have the settings for pnpm that the documentation gives", () => {
        expect(codeBlocks(document("docs/requirements.md"), "yaml")).to.deep.equal([pnpmSettings]);
    });
});
