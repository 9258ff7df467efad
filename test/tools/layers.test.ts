import { join } from "node:path";

import { expect } from "chai";

import { removeScratchFolders, scratchFolder } from "./scratch";

const root = join(__dirname, "..", "..");

/** Returns the violations of the repository's rules in some sources, as `rule: from → to`. */
async function violationsIn(sources: Record<string, string>): Promise<string[]> {
    const { capture } = await import("../../tools/process.mjs");
    const { stdout, stderr } = await capture(
        process.execPath,
        [
            join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs"),
            ...["--config", join(root, ".dependency-cruiser.mjs"), "--output-type", "json"],
            ...["provider/src", "emulator/src"],
        ],
        { cwd: scratchFolder(sources) },
    );
    expect(stderr).to.equal("");
    const { summary } = JSON.parse(stdout) as {
        readonly summary: {
            readonly violations: readonly {
                readonly rule: { readonly name: string };
                readonly from: string;
                readonly to: string;
            }[];
        };
    };
    return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

/** Sources that import nothing, except the given ones. */
function sources(imports: Record<string, string>): Record<string, string> {
    return {
        "emulator/src/emulator.ts": "export {};\n",
        "emulator/src/world/world.ts": "export {};\n",
        "provider/src/index.ts": "export {};\n",
        "provider/src/cli/commands.ts": "export {};\n",
        "provider/src/pulumi/resource/type-token.ts": "export {};\n",
        "provider/src/pulumi/resource/resource.ts": "export {};\n",
        "provider/src/core/lifecycle/create.ts": "export {};\n",
        "provider/src/core/run/run.ts": "export {};\n",
        "provider/src/core/plugin/output.ts": "export {};\n",
        "provider/src/core/plugin/scripts/file.ts": "export {};\n",
        "provider/src/core/inputs/inputs.ts": "export {};\n",
        "provider/src/cloud/ecs/api.ts": "export {};\n",
        "provider/src/errors/outcome.ts": "export {};\n",
        "provider/src/recipes/mysql.ts": "export {};\n",
        "provider/src/runtime/clock.ts": "export {};\n",
        ...imports,
    };
}

describe("the rules of who may import what", () => {
    afterEach(removeScratchFolders);

    it("allow a lower layer", async () => {
        const allowed = sources({
            "provider/src/index.ts": 'export * from "./pulumi/resource/resource";\n',
            "provider/src/cli/commands.ts":
                'import "../pulumi/resource/type-token";\nimport "../core/run/run";\nimport "./options";\n',
            "provider/src/cli/options.ts": 'import "../runtime/clock";\n',
            "provider/src/pulumi/resource/resource.ts": 'import "@pulumi/pulumi";\n',
            "provider/src/core/lifecycle/create.ts":
                'import "../run/run";\nimport "../plugin/scripts/file";\n',
            "provider/src/core/plugin/output.ts": 'import "./scripts/file";\n',
            "provider/src/cloud/ecs/api.ts": 'import "@alicloud/ecs20140526";\n',
            "provider/src/recipes/mysql.ts": 'import "../core/inputs/inputs";\n',
            "emulator/src/emulator.ts": 'import "./world/world";\n',
        });
        expect(await violationsIn(allowed)).to.deep.equal([]);
    });

    it("refuse everything else, types too", async () => {
        const refused = sources({
            "emulator/src/world/world.ts": 'import "../emulator";\nimport "../../../provider/src/index";\n',
            "provider/src/cli/commands.ts":
                'import "../pulumi/resource/resource";\nimport "pulumi-alicloud-app-snapshot-emulator";\n',
            "provider/src/core/run/run.ts":
                'import type { Create } from "../lifecycle/create";\nimport "@pulumi/pulumi/queryable";\n',
            "provider/src/core/plugin/scripts/file.ts": 'export * from "../output";\n',
            "provider/src/errors/outcome.ts":
                'export type Client = import("@alicloud/credentials").default;\nrequire("../core/inputs/inputs");\n',
            "provider/src/recipes/mysql.ts": 'import "../errors/outcome";\n',
            "provider/src/helpers/clock.ts": 'import "../runtime/clock";\n',
        });
        expect(await violationsIn(refused)).to.have.members([
            "nothing imports an entry point: emulator/src/world/world.ts → emulator/src/emulator.ts",
            "the emulator does not know the provider: emulator/src/world/world.ts → provider/src/index.ts",
            "the CLI does without Pulumi's adapter: provider/src/cli/commands.ts → provider/src/pulumi/resource/resource.ts",
            "the provider does not know the emulator: provider/src/cli/commands.ts → pulumi-alicloud-app-snapshot-emulator",
            "layer of core/run: provider/src/core/run/run.ts → provider/src/core/lifecycle/create.ts",
            "only pulumi/ knows Pulumi: provider/src/core/run/run.ts → @pulumi/pulumi/queryable",
            "layer of core/plugin/scripts: provider/src/core/plugin/scripts/file.ts → provider/src/core/plugin/output.ts",
            "only cloud/ecs knows the SDK: provider/src/errors/outcome.ts → @alicloud/credentials",
            "layer of errors: provider/src/errors/outcome.ts → provider/src/core/inputs/inputs.ts",
            "recipes are made from options alone: provider/src/recipes/mysql.ts → provider/src/errors/outcome.ts",
            "each folder has its layer: provider/src/helpers/clock.ts → provider/src/runtime/clock.ts",
        ]);
    });

    it("refuse cycles between files and between folders", async () => {
        const cycles = sources({
            "emulator/src/world/world.ts": 'import type { Tags } from "./tags";\n',
            "emulator/src/world/tags.ts": 'import type { World } from "./world";\nimport "../clock/clock";\n',
            "emulator/src/clock/clock.ts": "export {};\n",
            "emulator/src/clock/timing.ts": 'import "../agent/agent";\n',
            "emulator/src/agent/agent.ts": 'import "../world/world";\n',
        });
        const found = await violationsIn(cycles);
        expect(found).to.include.members([
            "no cycle between files: emulator/src/world/tags.ts → emulator/src/world/world.ts",
            "no cycle between folders: emulator/src/agent → emulator/src/world",
            "no cycle between folders: emulator/src/clock → emulator/src/agent",
            "no cycle between folders: emulator/src/world → emulator/src/clock",
        ]);
        expect(found).to.have.length(4);
    });
});
