import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(__dirname, "..", "..");
const name = "pulumi-alicloud-app-snapshot";

/** A Node.js and an SDK version that the package promises to run on, and a program for them. */
export interface Setup {
    readonly title: string;
    readonly node: string;
    readonly sdk: string;
    readonly program: Readonly<Record<string, string>>;
    readonly packageJson: Readonly<Record<string, unknown>>;
    /** A command of its dependencies that builds the program that Pulumi runs. Default: none, the text itself runs. */
    readonly build?: readonly [command: string, ...args: string[]];
}

const program = `
const config = new pulumi.Config();
const snapshot = new AppConsistentSnapshot("foreign", {
    instanceId: config.require("instanceId"),
    linux: {
        preScriptPath: "/root/app-snapshot/prescript.sh",
        postScriptPath: "/root/app-snapshot/postscript.sh",
    },
});
export const snapshotGroupId = snapshot.snapshotGroupId;
export const systemDiskSnapshotId = snapshot.systemDiskSnapshotId;
export const nodeVersion = process.version;
`;

const imports = `import * as pulumi from "@pulumi/pulumi";
import { AppConsistentSnapshot } from "${name}";
`;

const compilerOptions = {
    target: "ES2022",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    skipLibCheck: true,
    types: ["node"],
};

/** The oldest and the newest setup, and the last ones for Node.js 20. */
export const setups = {
    oldest: {
        title: "Node.js 20 and the oldest SDK, an ES module program",
        node: "20.20.2",
        sdk: "3.216.0",
        program: { "index.mjs": imports + program },
        packageJson: { main: "index.mjs", type: "module" },
    },
    typescript: {
        title: "Node.js 20 and the last SDK for it, a TypeScript program",
        node: "20.20.2",
        sdk: "3.248.0",
        program: { "index.ts": imports + program, "tsconfig.json": JSON.stringify({ compilerOptions }) },
        packageJson: {
            main: "index.ts",
            devDependencies: { typescript: "5.9.3", "@types/node": "^20", "ts-node": "^10" },
        },
    },
    newest: {
        title: "Node.js 24 and the newest SDK, an ES module program",
        node: "24.21.0",
        sdk: "3.270.0",
        program: { "index.mjs": imports + program },
        packageJson: { main: "index.mjs", type: "module" },
    },
    ofALibrary: {
        title: "Node.js 24 and the newest SDK, a program that has the resource from a library",
        node: "24.21.0",
        sdk: "3.270.0",
        program: { "index.mjs": imports.replace(name, "library") + program },
        packageJson: { main: "index.mjs", type: "module" },
    },
    bundled: {
        title: "Node.js 24 and the newest SDK, a program that is bundled and minified",
        node: "24.21.0",
        sdk: "3.270.0",
        program: { "index.mjs": imports + program },
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
} as const satisfies Readonly<Record<string, Setup>>;

/** Packs a package as it would be published; returns the path of the tarball. */
export async function pack(folder: string, workspace: "provider" | "emulator" = "provider"): Promise<string> {
    const { writePages } = await import("../../tools/package-docs.mjs");
    await mkdir(folder, { recursive: true });
    if (workspace === "provider") {
        await writePages(join(root, "provider"));
    }
    // npm test has made sure that the build is current. A further build by npm pack would race with other tests.
    await npm(["pack", "--ignore-scripts", "--workspace", workspace, "--pack-destination", folder], root);
    const [tarball] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
    if (tarball === undefined) {
        throw new Error("npm pack made no tarball");
    }
    return join(folder, tarball);
}

/** Installs the tarball into a new program outside the repository; returns its folder. */
export async function installPackage(
    folder: string,
    tarball: string,
    { node, sdk, ...rest }: Setup,
): Promise<string> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "Pulumi.yaml"), "name: foreign\nruntime: nodejs\n");
    const dependencies = { "@pulumi/pulumi": sdk, node, [name]: `file:${tarball}` };
    const packageJson = {
        name: "foreign",
        version: "1.0.0",
        private: true,
        dependencies,
        ...rest.packageJson,
    };
    await writeFile(join(folder, "package.json"), JSON.stringify(packageJson));
    for (const [file, text] of Object.entries(rest.program)) {
        await writeFile(join(folder, file), text);
    }
    await npm(["install", "--no-audit", "--no-fund", "--prefer-offline"], folder);
    if (rest.build !== undefined) {
        await inFolder(folder, ...rest.build);
    }
    return folder;
}

/**
 * Moves the package from a program's dependencies to those of a library that the program uses, as in a
 * workspace in which each package sees only its own dependencies.
 *
 * @returns a function that adds it to the program's as well.
 */
export async function moveIntoLibrary(programFolder: string, library: string): Promise<() => Promise<void>> {
    const programs = join(programFolder, "node_modules");
    const libraries = join(library, "node_modules");
    await mkdir(libraries, { recursive: true });
    await writeFile(join(library, "package.json"), JSON.stringify({ name: "library", main: "index.js" }));
    await writeFile(join(library, "index.js"), `module.exports = require("${name}");\n`);
    await rename(join(programs, name), join(libraries, name));
    // The package's own dependencies stay where they are.
    for (const scope of await readdir(programs)) {
        if (!scope.startsWith(".")) {
            await symlink(join(programs, scope), join(libraries, scope));
        }
    }
    await symlink(library, join(programs, "library"));
    return () => symlink(join(libraries, name), join(programs, name));
}

export async function temporaryFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "app-snapshot-package-"));
    try {
        return await task(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Runs a program with the foreign program's own Node.js and dependencies. */
export async function inFolder(folder: string, command: string, ...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await run(join(folder, "node_modules", ".bin", command), args, {
        cwd: folder,
    });
    return stdout + stderr;
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
    // The variables that `npm test` sets are for this workspace, not for the foreign program.
    const environment = Object.entries(process.env).filter(
        ([variable]) => !/^npm_(?:package|lifecycle|command)/.test(variable),
    );
    await run("npm", [...args], { cwd, env: Object.fromEntries(environment), maxBuffer: 16 * 1024 * 1024 });
}
