import { expect } from "chai";

import { codeBlocks, document } from "../docs/support/markdown";
import { type Setup, setups } from "./setups";
import { managers, pnpmSettings } from "./support/package-managers";

const all: readonly Setup[] = Object.values(setups);

describe("the setups that the package is installed in", () => {
    it("combine each version of Node.js with the oldest SDK and the newest that it can have", () => {
        const pairs = new Set(all.map(({ node, sdk }) => `${node.split(".")[0] ?? ""} ${sdk}`));
        expect([...pairs]).to.have.members([
            ...["20 3.216.0", "22 3.216.0", "24 3.216.0"],
            // The SDK needs Node.js 22 from 3.249 on.
            ...["20 3.248.0", "22 3.276.0", "24 3.276.0"],
        ]);
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
