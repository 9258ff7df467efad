import { rename } from "node:fs/promises";

import { expect } from "chai";

import { brokenLinks } from "../docs/support/links";
import { withEngine } from "../e2e/support/engine";
import type { EngineStackOptions } from "../e2e/support/stack";
import { shimText } from "../golden/support/golden";
import {
    type ForeignProgram,
    installPackage,
    temporaryFolder,
    type Workshop,
} from "../package/foreign-program";
import type { Setup } from "../package/setups";
import { warningsAbout } from "../package/support/warnings";
import { expectFailure, expectSuccess, instances } from "../support/stack/program";

export function foreignProgram(one: Setup, workshop: () => Workshop): void {
    it(`installs without a warning, comes up and down, and has the pinned text: ${one.title}`, () =>
        temporaryFolder(async (folder) => {
            const program = await installPackage(folder, workshop(), one);
            const { installed } = program;
            expect(warningsAbout(await broughtNames(), program.output)).to.deep.equal([]);
            const pages = ["README.md", "docs/README.md", "docs/reference.md", "docs/recipes/mysql.md"];
            expect(brokenLinks(installed, pages)).to.deep.equal([]);
            expect(await program.run("app-snapshot", "--help")).to.match(/^Usage: app-snapshot/);
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
                    expect(destroy.output).to.match(/run `npm install pulumi-alicloud-app-snapshot` there/);
                    await rename(`${installed}-away`, installed);
                    expect(emulator.state.snapshotGroups).to.have.length(1);

                    expectSuccess(await stack.destroy());
                    expect(emulator.state.snapshotGroups).to.be.empty;
                },
                { stack: stackOf(program) },
            );
        }));
}

/** Its text has to import the package from a library. */
export function programOfALibrary(one: Setup, workshop: () => Workshop): void {
    it("refuses in the preview if only a library depends on it, and comes up once the program does", () =>
        temporaryFolder(async (folder) => {
            const program = await installPackage(folder, workshop(), one);
            await withEngine(
                async ({ emulator, stack }) => {
                    const preview = expectFailure(await stack.preview([]));
                    expect(preview.output).to.match(/direct dependency, even if only a library uses it/);
                    expect(preview.output).to.match(/`npm install .*` there \(or `pnpm add`/);

                    await program.addPackage();
                    expectSuccess(await stack.up([]));
                    expectSuccess(await stack.destroy());
                    expect(emulator.state.snapshotGroups).to.be.empty;
                },
                { stack: stackOf(program) },
            );
        }));
}

/** Pulumi itself does not support it. */
export function plugAndPlay(one: Setup, workshop: () => Workshop): void {
    it("does not run with Plug'n'Play: Pulumi's own error asks for an installation, before anything is done", () =>
        temporaryFolder(async (folder) => {
            const program = await installPackage(folder, workshop(), one);
            await withEngine(
                async ({ emulator, stack }) => {
                    const up = expectFailure(await stack.up([]));
                    expect(up.output).to.match(/Pulumi SDK has not been installed/);
                    expect(emulator.ledger).to.be.empty;
                },
                { stack: stackOf(program) },
            );
        }));
}

async function broughtNames(): Promise<readonly string[]> {
    const { broughtPackages } = await import("../../tools/package/brought.mjs");
    return ["pulumi-alicloud-app-snapshot", ...broughtPackages().map(({ name }) => name)];
}

function stackOf({ folder, path }: ForeignProgram): EngineStackOptions {
    return {
        programFolder: folder,
        path,
        config: { "foreign:instanceId": instances.withRole, "alicloud:region": "cn-hangzhou" },
    };
}
