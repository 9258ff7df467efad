import { rename } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { brokenLinks } from "../docs/support/links";
import { withEngine } from "../e2e/support/engine";
import type { EngineStackOptions } from "../e2e/support/stack";
import { shimText } from "../golden/support/golden";
import {
    inFolder,
    installPackage,
    moveIntoLibrary,
    pack,
    type Setup,
    temporaryFolder,
} from "../package/foreign-program";
import { expectFailure, expectSuccess, instances } from "../support/stack/program";

export function foreignProgram(one: Setup): void {
    describe("the package, installed from its tarball into a program outside the repository", () => {
        it(`comes up and down on ${one.title}; its provider's text is the pinned one`, () =>
            temporaryFolder(async (folder) => {
                const tarball = await pack(join(folder, "tarball"));
                const programFolder = await installPackage(join(folder, "program"), tarball, one);
                const installed = join(programFolder, "node_modules", "pulumi-alicloud-app-snapshot");
                const pages = ["README.md", "docs/README.md", "docs/reference.md", "docs/recipes/mysql.md"];
                expect(brokenLinks(installed, pages)).to.deep.equal([]);
                if ("index.ts" in one.program) {
                    await inFolder(programFolder, "tsc", "--noEmit", "-p", ".");
                }
                await withEngine(
                    async ({ emulator, stack }) => {
                        expectSuccess(await stack.up([]));
                        const outputs = await stack.outputs<Record<string, string>>();
                        expect(outputs["nodeVersion"]).to.equal(`v${one.node}`);
                        const [snapshot] = await stack.snapshots();
                        expect(snapshot?.id).to.equal(outputs["snapshotGroupId"]);
                        expect(snapshot?.outputs?.["__provider"]).to.equal(shimText);

                        const again = expectSuccess(await stack.up([]));
                        expect(again.output).to.match(/2 unchanged/);

                        // A destroy without the package says what to install, and loses nothing.
                        await rename(installed, `${installed}-away`);
                        const destroy = expectFailure(await stack.destroy());
                        expect(destroy.output).to.match(
                            /run `npm install pulumi-alicloud-app-snapshot` there/,
                        );
                        await rename(`${installed}-away`, installed);
                        expect(emulator.state.snapshotGroups).to.have.length(1);

                        expectSuccess(await stack.destroy());
                        expect(emulator.state.snapshotGroups).to.be.empty;
                    },
                    { stack: stackOf(programFolder) },
                );
            }));
    });
}

/** Its text has to import the package from a library. */
export function programOfALibrary(one: Setup): void {
    describe("the package, if only a library of the program depends on it", () => {
        it("refuses in the preview and says what to do; after that it comes up and down", () =>
            temporaryFolder(async (folder) => {
                const tarball = await pack(join(folder, "tarball"));
                const programFolder = await installPackage(join(folder, "program"), tarball, one);
                const dependOnIt = await moveIntoLibrary(programFolder, join(folder, "library"));
                await withEngine(
                    async ({ emulator, stack }) => {
                        const preview = expectFailure(await stack.preview([]));
                        expect(preview.output).to.match(/direct dependency, even if only a library uses it/);
                        expect(preview.output).to.match(
                            /run `npm install pulumi-alicloud-app-snapshot` there/,
                        );

                        await dependOnIt();
                        expectSuccess(await stack.up([]));
                        expectSuccess(await stack.destroy());
                        expect(emulator.state.snapshotGroups).to.be.empty;
                    },
                    { stack: stackOf(programFolder) },
                );
            }));
    });
}

function stackOf(programFolder: string): EngineStackOptions {
    return {
        programFolder,
        path: [join(programFolder, "node_modules", ".bin")],
        config: { "foreign:instanceId": instances.withRole, "alicloud:region": "cn-hangzhou" },
    };
}
