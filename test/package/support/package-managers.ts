/** A package manager, and the layout that it gives to a program's dependencies. */
export interface PackageManager {
    readonly title: string;
    /** The npm package that brings it. Default: none, the npm of this machine. */
    readonly tool?: string;
    readonly command: readonly [string, ...string[]];
    /** The files that it needs beside package.json. */
    readonly files?: Readonly<Record<string, string>>;
}

const yarn = { tool: "@yarnpkg/cli-dist@4.18.1", command: ["yarn", "install"] } as const;
// In CI it would refuse to write the first lock file.
const yarnSettings = "enableImmutableInstalls: false\nenableTelemetry: false\n";

/** The same as in docs/requirements.md: without an answer to each install script, pnpm fails. */
export const pnpmSettings = 'allowBuilds:\n  "@alicloud/openapi-core": false\n  protobufjs: false\n';

export const managers = {
    npm: {
        title: "npm",
        command: ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline"],
    },
    pnpm: {
        title: "pnpm, whose layout shows a package only its own dependencies",
        tool: "pnpm@12.21.0",
        command: ["pnpm", "install", "--prefer-offline", "--no-frozen-lockfile"],
        files: { "pnpm-workspace.yaml": pnpmSettings },
    },
    yarnClassic: {
        title: "Yarn 1",
        tool: "yarn@1.22.22",
        command: ["yarn", "install", "--non-interactive", "--prefer-offline"],
    },
    yarn: {
        ...yarn,
        title: "Yarn 4 with node_modules",
        files: { ".yarnrc.yml": `nodeLinker: node-modules\n${yarnSettings}`, "yarn.lock": "" },
    },
    plugAndPlay: {
        ...yarn,
        title: "Yarn 4 with Plug'n'Play",
        files: { ".yarnrc.yml": yarnSettings, "yarn.lock": "" },
    },
} as const satisfies Readonly<Record<string, PackageManager>>;
