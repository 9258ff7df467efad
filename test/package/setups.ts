import { managers, type PackageManager } from "./support/package-managers";

export const packageName = "pulumi-alicloud-app-snapshot";

/** The versions of Node.js that the package promises to run on. */
const node = { v20: "20.20.2", v22: "22.23.3", v24: "24.21.0" } as const;

/** The oldest and the newest SDK, and the last one for Node.js 20. */
const sdk = { oldest: "3.216.0", lastForNode20: "3.248.0", newest: "3.276.0" } as const;

/** A package manager, a version of Node.js and one of the SDK, and a program for them. */
export interface Setup {
    readonly title: string;
    readonly node: string;
    readonly sdk: string;
    readonly manager: PackageManager;
    /** The program's files in its folder. */
    readonly program: Readonly<Record<string, string>>;
    /** Fields of the program's package.json. */
    readonly packageJson: Readonly<Record<string, unknown>>;
    /** The folder of the program below that of the installation, if it belongs to a workspace. Default: the same. */
    readonly folder?: string;
    /** Files in the folder of the installation, if it is a workspace. */
    readonly workspace?: (sdk: string, tarball: string) => Readonly<Record<string, string>>;
    /** The packages that the program depends on. Default: the SDK and this package. */
    readonly dependencies?: Readonly<Record<string, string>>;
    /** Commands of its dependencies that check the program or build what Pulumi runs. */
    readonly build?: readonly [command: string, ...args: string[]];
}

const text = `
const config = new pulumi.Config();
const snapshot = new AppConsistentSnapshot("foreign", {
    instanceId: config.require("instanceId"),
    linux: {
        preScriptPath: "/root/app-snapshot/prescript.sh",
        postScriptPath: "/root/app-snapshot/postscript.sh",
    },
});
const outputs = {
    snapshotGroupId: snapshot.snapshotGroupId,
    systemDiskSnapshotId: snapshot.systemDiskSnapshotId,
    nodeVersion: process.version,
};
`;

const imports = `import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot } from "${packageName}";
`;

const exported = "export const { snapshotGroupId, systemDiskSnapshotId, nodeVersion } = outputs;\n";

const moduleText = imports + text + exported;

const compilerOptions = {
    target: "ES2022",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    skipLibCheck: true,
    types: ["node"],
};

const commonJs = {
    program: {
        "index.js": `const pulumi = require("@pulumi/pulumi");
const { AppConsistentSnapshot } = require("${packageName}");
${text}module.exports = outputs;
`,
    },
    packageJson: { main: "index.js" },
} as const;

const esModule = {
    program: { "index.mjs": moduleText },
    packageJson: { main: "index.mjs", type: "module" },
} as const;

const typeScript = {
    program: { "index.ts": moduleText, "tsconfig.json": JSON.stringify({ compilerOptions }) },
    packageJson: {
        main: "index.ts",
        devDependencies: { typescript: "5.9.3", "@types/node": "^20", "ts-node": "^10" },
    },
    build: ["tsc", "--noEmit", "-p", "."],
} as const;

const typeScriptEsModule = {
    ...typeScript,
    packageJson: { ...typeScript.packageJson, type: "module" },
} as const;

/**
 * Not every combination, but each package manager, each kind of program and each version of Node.js, and each of these
 * with the oldest and the newest SDK that it can have.
 */
export const setups = {
    oldest: {
        title: "an ES module, Node.js 20 and the oldest SDK, installed by npm",
        node: node.v20,
        sdk: sdk.oldest,
        manager: managers.npm,
        ...esModule,
    },
    typeScript: {
        title: "TypeScript, Node.js 20 and the last SDK for it, installed by npm",
        node: node.v20,
        sdk: sdk.lastForNode20,
        manager: managers.npm,
        ...typeScript,
    },
    commonJs: {
        title: "CommonJS, Node.js 22 and the oldest SDK, installed by Yarn 1",
        node: node.v22,
        sdk: sdk.oldest,
        manager: managers.yarnClassic,
        ...commonJs,
    },
    typeScriptEsModule: {
        title: "TypeScript as an ES module, Node.js 22 and the newest SDK, installed by pnpm",
        node: node.v22,
        sdk: sdk.newest,
        manager: managers.pnpm,
        ...typeScriptEsModule,
    },
    yarn: {
        title: "TypeScript, Node.js 24 and the oldest SDK, installed by Yarn 4",
        node: node.v24,
        sdk: sdk.oldest,
        manager: managers.yarn,
        ...typeScript,
    },
    workspace: {
        title: "CommonJS, Node.js 24 and the newest SDK, installed by npm in the folder around the program's",
        node: node.v24,
        sdk: sdk.newest,
        manager: managers.npm,
        ...commonJs,
        folder: "program",
        workspace: () => ({
            "package.json": JSON.stringify({ private: true, workspaces: ["program"] }),
        }),
    },
    bundled: {
        title: "a minified bundle, Node.js 24 and the newest SDK, installed by npm",
        node: node.v24,
        sdk: sdk.newest,
        manager: managers.npm,
        program: { "index.mjs": moduleText },
        packageJson: { main: "bundle.cjs", devDependencies: { esbuild: "0.25.12" } },
        build: [
            "esbuild",
            "index.mjs",
            "--bundle",
            "--minify",
            "--keep-names",
            "--platform=node",
            "--external:@pulumi/pulumi",
            "--outfile=bundle.cjs",
        ],
    },
    ofALibrary: {
        title: "a program that has the resource from a library",
        node: node.v24,
        sdk: sdk.newest,
        manager: managers.pnpm,
        program: { "index.mjs": moduleText.replace(packageName, "library") },
        packageJson: esModule.packageJson,
        dependencies: { "@pulumi/pulumi": sdk.newest, library: "workspace:*" },
        folder: "program",
        workspace: (version, tarball) => ({
            "package.json": JSON.stringify({ private: true }),
            "pnpm-workspace.yaml": `packages: [program, library]\n${managers.pnpm.files["pnpm-workspace.yaml"]}`,
            "library/package.json": JSON.stringify({
                name: "library",
                version: "1.0.0",
                dependencies: { "@pulumi/pulumi": version, [packageName]: `file:${tarball}` },
            }),
            "library/index.js": `module.exports = require("${packageName}");\n`,
        }),
    },
    plugAndPlay: {
        title: "a program that is installed by Yarn 4 with Plug'n'Play",
        node: node.v24,
        sdk: sdk.newest,
        manager: managers.plugAndPlay,
        ...commonJs,
    },
} as const satisfies Readonly<Record<string, Setup>>;
