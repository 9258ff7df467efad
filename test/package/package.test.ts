import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Problem } from "@arethetypeswrong/core";
import { expect } from "chai";

import { foreignProgram } from "../cases/package";
import { document } from "../docs/support/markdown";
import { pack, temporaryFolder, workshopOfTests } from "./foreign-program";
import { setups } from "./setups";
import { unexportedTypes } from "./support/unexported-types";

describe("the package, installed from its tarball into a program outside the repository", () => {
    foreignProgram(setups.typeScript, workshopOfTests());
});

const root = join(__dirname, "..", "..");

for (const workspace of ["provider", "emulator"] as const) {
    describe(`the tarball of the ${workspace}`, () => {
        it("has types that every kind of module resolution finds, and a layout without a flaw", () =>
            temporaryFolder(async (folder) => {
                // Both are ES modules.
                const attw = await import("@arethetypeswrong/core");
                const { publint } = await import("publint");
                const tarball = new Uint8Array(await readFile(await pack(folder, workspace)));
                const types = await attw.checkPackage(attw.createPackageFromTarballData(tarball));
                expect(types.types).to.deep.equal({ kind: "included" });
                expect("problems" in types && types.problems.filter((one) => !isAccepted(one))).to.deep.equal(
                    [],
                );
                const layout = await publint({ pack: { tarball: tarball.buffer }, strict: true });
                expect(layout.messages).to.deep.equal([]);
            }));
    });
}

/**
 * The oldest module resolution of TypeScript does not know `exports`. The entry point for the provider's text in the
 * state is loaded by Node.js alone: no program imports it.
 */
function isAccepted(problem: Problem): boolean {
    return (
        problem.kind === "NoResolution" &&
        problem.entrypoint === "./dynamic-provider" &&
        problem.resolutionKind === "node10"
    );
}

describe("the size of the package and of what it installs", () => {
    it("is within the limits, which the documentation names", async () => {
        const { excesses, measureSizes } = await import("../../tools/package/size.mjs");
        const sizes = await measureSizes();
        expect(sizes.filter(({ value }) => !(value > 0))).to.deep.equal([]);
        expect(excesses(sizes)).to.deep.equal([]);

        const limits = new Map(sizes.map(({ name, limit }) => [name, limit]));
        const [, megabytes, packages] =
            /less than (\d+) MB of files in fewer than (\d+) packages/.exec(
                document("docs/requirements.md"),
            ) ?? [];
        expect(Number(megabytes) * 1_000_000).to.equal(limits.get("further packages, unpacked"));
        expect(Number(packages)).to.equal(limits.get("further packages"));
    });
});

describe("the exports of the package", () => {
    it("include every type that they refer to", () => {
        const provider = join(root, "provider");
        expect(unexportedTypes(join(provider, "dist", "index.d.ts"), provider)).to.deep.equal([]);
    });

    it("would be found to lack one", () =>
        temporaryFolder(async (folder) => {
            const index = join(folder, "index.d.ts");
            const inner =
                "export interface Hidden {}\nexport interface Shown<T> { readonly one: T; readonly two: Hidden }\n";
            await writeFile(join(folder, "inner.d.ts"), inner);
            await writeFile(index, 'export type { Shown } from "./inner";\n');
            expect(unexportedTypes(index, folder)).to.deep.equal(["Hidden, which Shown refers to"]);
        }));
});
