import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import ts from "typescript";

import type { DynamicResourceProvider } from "../../../../provider/src/pulumi/engine/provider";
import * as shims from "../../../../provider/src/pulumi/resource/shim";
import { fleetShimText, onlyAdd, shimText } from "../../../golden/support/golden";
import { TemporaryFolder } from "../../support/temporary-folder";

const root = join(__dirname, "..", "..", "..", "..");
const name = "pulumi-alicloud-app-snapshot";

/** Returns the text of a dynamic resource in the state, made as the SDK makes it. */
async function serialized(provider: pulumi.dynamic.ResourceProvider): Promise<string> {
    return (await pulumi.runtime.serializeFunction(() => provider, { allowSecrets: true })).text;
}

/** Returns the shims' module as a bundler writes it: in a function, with its imports in the bundle. */
function bundled(): typeof shims {
    const source = readFileSync(join(root, "provider", "src", "pulumi", "resource", "shim.ts"), "utf8");
    const inBundle: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
        const visit = (node: ts.Node): ts.Node =>
            ts.isCallExpression(node) &&
            ts.isIdentifier(node.expression) &&
            node.expression.text === "require"
                ? ts.factory.createCallExpression(
                      ts.factory.createIdentifier("fromBundle"),
                      [],
                      node.arguments,
                  )
                : ts.visitEachChild(node, visit, context);
        return ts.visitEachChild(file, visit, context);
    };
    const { outputText } = ts.transpileModule(source, {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
        transformers: { before: [inBundle] },
    });
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the module's own text
    const module = new Function("exports", "fromBundle", `${outputText}\nreturn exports;`) as (
        exports: object,
        fromBundle: (id: string) => unknown,
    ) => typeof shims;
    return module({}, createRequire(__filename));
}

/** The provider in its process, which the engine starts in the program's folder. */
function providerIn(folder: string, text = shimText): DynamicResourceProvider {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text from the state
    const evaluate = new Function("exports", "require", text) as (
        exports: object,
        require: NodeJS.Require,
    ) => void;
    const exports: { readonly handler?: () => DynamicResourceProvider } = {};
    evaluate(exports, createRequire(join(folder, "index.js")));
    const { handler } = exports;
    if (handler === undefined) {
        throw new Error("the text gives no provider");
    }
    return handler();
}

describe("the provider's text in the state", () => {
    for (const [name, file, golden] of [
        ["appConsistentSnapshotShim", "shim.txt", shimText],
        ["appConsistentSnapshotFleetShim", "fleet-shim.txt", fleetShimText],
    ] as const) {
        it(`is the pinned one: ${file}`, async () => {
            expect(await serialized(shims[name]), `test/golden/${file}. ${onlyAdd}`).to.equal(golden);
        });

        it(`is the same from a bundled program: ${file}`, async () => {
            expect(await serialized(bundled()[name])).to.equal(golden);
        });
    }
});

describe("the provider's process, in a workspace in which each package sees only its own dependencies", () => {
    const folder = new TemporaryFolder();
    const program = join(folder.path, "program");
    const library = join(folder.path, "library");

    /** Links packages like a package manager: `from` depends on the package in `to`. */
    const link = (from: string, to: string, as: string): void => {
        mkdirSync(join(from, "node_modules"), { recursive: true });
        symlinkSync(to, join(from, "node_modules", as), "dir");
    };

    before(() => {
        const installed = join(folder.path, "store");
        mkdirSync(installed);
        writeFileSync(
            join(installed, "package.json"),
            JSON.stringify({ name, exports: { "./dynamic-provider": "./dynamic-provider.js" } }),
        );
        writeFileSync(
            join(installed, "dynamic-provider.js"),
            `const loaded = (name) => ({ check: () => Promise.resolve({ inputs: { [name]: true } }) });
            exports.appConsistentSnapshot = loaded("single");
            exports.appConsistentSnapshotFleet = loaded("fleet");`,
        );
        mkdirSync(program);
        mkdirSync(library);
        link(library, installed, name);
        link(program, library, "library");
    });

    after(() => {
        folder.remove();
    });

    it("says that the program itself must depend on the package if only a library of it does", () => {
        expect(() => providerIn(program).check({}, {})).to.throw(
            /can't be loaded from .*direct dependency, even if only a library uses it.*run `npm install pulumi-alicloud-app-snapshot` there.*Cannot find module/s,
        );
    });

    it("loads it, once the program does", async () => {
        link(program, join(folder.path, "store"), name);
        expect(await providerIn(program).check({}, {})).to.deep.equal({ inputs: { single: true } });
        expect(await providerIn(program, fleetShimText).check({}, {})).to.deep.equal({
            inputs: { fleet: true },
        });
    });
});
