import { readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { document, root } from "./support/markdown";

interface Manifest {
    readonly engines?: { readonly node?: string };
    readonly workspaces?: readonly string[];
}

function manifest(folder: string): Manifest {
    return JSON.parse(document(`${folder}/package.json`)) as Manifest;
}

describe("the oldest Node.js", () => {
    const oldest = manifest(".").engines?.node ?? "";

    it("is the same for the repository, both packages and the examples", () => {
        const examples = readdirSync(join(root, "examples"), { withFileTypes: true })
            .filter((entry) => entry.isDirectory())
            .map(({ name }) => `examples/${name}`);
        expect(examples).to.include("examples/quickstart");
        for (const folder of ["provider", "emulator", ...examples]) {
            expect(manifest(folder).engines?.node, folder).to.equal(oldest);
        }
        expect(manifest(".").workspaces).to.deep.equal(["provider", "emulator", "examples/*"]);
    });

    it("is the one that the documentation names", () => {
        const [, version = ""] = /^>=(\d+\.\d+)\.0$/.exec(oldest) ?? [];
        for (const page of [
            "README.md",
            "provider/README.md",
            "docs/getting-started.md",
            "docs/requirements.md",
        ]) {
            const named = [...document(page).matchAll(/Node\.js\W{1,3}([\d.]+) or newer/g)].map(
                ([, each]) => each,
            );
            expect(new Set(named), page).to.deep.equal(new Set([version]));
        }
    });
});
