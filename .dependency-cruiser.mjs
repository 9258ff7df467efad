// @ts-check
// Which source may import which, for `npm run lint` and `npm test`. Imports of types count too.

/**
 * The folders of `provider/src`, the highest layer first. A folder imports from lower layers only: neither from a higher
 * one nor from another folder of its own layer. CONTRIBUTING.md says what each of them is for.
 *
 * @type {readonly (readonly string[])[]}
 */
export const LAYERS = [
    ["cli"],
    ["cli/doctor", "cli/explain", "cli/orphans"],
    ["cli/command"],
    ["pulumi/resource", "pulumi/engine", "recipes", "policies"],
    ["pulumi/recording"],
    ["core/fleet"],
    ["core/lifecycle"],
    ["core/instance"],
    ["core/role", "core/snapshot-group"],
    ["core/run"],
    ["core/plugin"],
    ["core/plugin/scripts"],
    ["core/inputs"],
    ["cloud"],
    ["cloud/ecs"],
    ["cloud/configuration"],
    ["errors"],
    ["runtime"],
];

const PROVIDER = "^provider/src/";

/**
 * Returns the pattern of the files in some folders, without those in folders below them.
 *
 * @param {readonly string[]} folders
 */
function filesOf(folders) {
    return `${PROVIDER}(${folders.join("|")})/[^/]+$`;
}

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const layerRules = LAYERS.flatMap((layer, index) =>
    layer.map((folder) => {
        const lower = LAYERS.slice(index + 1).flat();
        return {
            name: `layer of ${folder}`,
            comment: `${folder} may import from ${lower.length === 0 ? "itself" : `itself, ${lower.join(", ")}`}: see CONTRIBUTING.md.`,
            severity: "error",
            from: { path: filesOf([folder]) },
            to: { path: PROVIDER, pathNot: filesOf([folder, ...lower]) },
        };
    }),
);

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
    forbidden: [
        {
            name: "no cycle between files",
            comment: "Move what both need into a file of its own, or pass it in.",
            severity: "error",
            from: {},
            to: { circular: true },
        },
        {
            name: "no cycle between folders",
            comment: "Move what both need into the lower folder, or pass it in.",
            severity: "error",
            scope: "folder",
            from: {},
            to: { circular: true },
        },
        ...layerRules,
        {
            name: "each folder has its layer",
            comment:
                "List the new folder in LAYERS (.dependency-cruiser.mjs) and describe it in CONTRIBUTING.md.",
            severity: "error",
            from: { path: `${PROVIDER}[^/]+/`, pathNot: filesOf(LAYERS.flat()) },
            to: {},
        },
        {
            name: "nothing imports an entry point",
            comment: "Programs start in the files beside the folders. Move what is needed into a folder.",
            severity: "error",
            from: { path: "^(provider|emulator)/src/[^/]+/" },
            to: { path: "^$1/src/[^/]+$" },
        },
        {
            name: "the CLI does without Pulumi's adapter",
            comment:
                "The CLI runs without an engine. It needs the resource's type token, and nothing else of pulumi/.",
            severity: "error",
            from: { path: `${PROVIDER}cli` },
            to: { path: `${PROVIDER}pulumi/`, pathNot: `${PROVIDER}pulumi/resource/type-token\\.ts$` },
        },
        {
            name: "recipes are made from options alone",
            comment: "They run in the Pulumi program, and may import from core/inputs and runtime only.",
            severity: "error",
            from: { path: `${PROVIDER}recipes/` },
            to: { path: PROVIDER, pathNot: filesOf(["recipes", "core/inputs", "runtime"]) },
        },
        {
            name: "policies are made from options alone",
            comment: "They run in any program, and may import from core/inputs and runtime only.",
            severity: "error",
            from: { path: `${PROVIDER}policies/` },
            to: { path: PROVIDER, pathNot: filesOf(["policies", "core/inputs", "runtime"]) },
        },
        {
            name: "only pulumi/ knows Pulumi",
            comment: "Pass in what is needed, as provider/src/cloud/context.ts does.",
            severity: "error",
            from: { path: PROVIDER, pathNot: `${PROVIDER}pulumi/` },
            to: { path: "(^|/)@pulumi/" },
        },
        {
            name: "only cloud/ecs knows the SDK",
            comment: "Add the call to EcsApi (provider/src/cloud/ecs/api.ts).",
            severity: "error",
            from: { path: PROVIDER, pathNot: `${PROVIDER}cloud/ecs/` },
            to: { path: "(^|/)@alicloud/" },
        },
        {
            name: "the provider does not know the emulator",
            comment: "Only tests and tools use both.",
            severity: "error",
            from: { path: "^provider/" },
            to: { path: "^emulator/|pulumi-alicloud-app-snapshot-emulator" },
        },
        {
            name: "the emulator does not know the provider",
            comment:
                "It is an independent reading of the cloud's documentation: a shared mistake would not show.",
            severity: "error",
            from: { path: "^emulator/" },
            to: { path: "^provider/|pulumi-alicloud-app-snapshot($|/)" },
        },
    ],
    options: {
        tsPreCompilationDeps: true,
        doNotFollow: { path: "node_modules" },
    },
};
