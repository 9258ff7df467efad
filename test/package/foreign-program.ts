import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { packageName, type Setup } from "./setups";
import { managers } from "./support/package-managers";

const run = promisify(execFile);
const root = join(__dirname, "..", "..");

/** The package's tarball, and programs of npm packages by their versions. Each is made at its first use. */
export class Workshop {
    private packed: Promise<string> | undefined;
    private registry: Promise<string> | undefined;
    private readonly tools = new Map<string, Promise<string>>();

    constructor(private readonly folder: string) {}

    tarball(): Promise<string> {
        this.packed ??= pack(join(this.folder, "tarball"));
        return this.packed;
    }

    /** Returns the folder with the program of an npm package, such as `pnpm@12.21.0`. */
    tool(name: string): Promise<string> {
        const ready = this.tools.get(name) ?? this.install(name);
        this.tools.set(name, ready);
        return ready;
    }

    /** Returns the settings that a package manager does not share with npm, as variables of its environment. */
    settings(): Promise<NodeJS.ProcessEnv> {
        this.registry ??= execute(["npm", "config", "get", "registry"], this.folder, process.env);
        return this.registry.then((url) => ({ YARN_NPM_REGISTRY_SERVER: url.trim().replace(/\/$/, "") }));
    }

    async remove(): Promise<void> {
        await rm(this.folder, { recursive: true, force: true });
    }

    private async install(name: string): Promise<string> {
        const folder = join(this.folder, "tools", name.replaceAll("/", "+"));
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, "package.json"), "{}");
        await execute(
            ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", name],
            folder,
            process.env,
        );
        return join(folder, "node_modules", ".bin");
    }
}

/** A program outside the repository, with the package installed. */
export interface ForeignProgram {
    readonly folder: string;
    /** The package, as the program has it: a folder or a link. */
    readonly installed: string;
    /** The folders of the programs that it is to run with: Node.js, the package manager, and those of its dependencies. */
    readonly path: readonly string[];
    /** The output of the installation. */
    readonly output: string;
    /** Runs one of those programs in the folder; returns its output. */
    run(...command: readonly [string, ...string[]]): Promise<string>;
    /** Adds the package to the program's dependencies, and installs again. */
    addPackage(): Promise<void>;
}

/** Returns a workshop for the tests of a `describe` block. */
export function workshopOfTests(): () => Workshop {
    let workshop: Workshop | undefined;
    before(async () => {
        workshop = new Workshop(await mkdtemp(join(tmpdir(), "app-snapshot-workshop-")));
    });
    after(() => workshop?.remove());
    return () => {
        if (workshop === undefined) {
            throw new Error("used outside a test");
        }
        return workshop;
    };
}

/** Packs a package as it would be published; returns the path of the tarball. */
export async function pack(folder: string, workspace: "provider" | "emulator" = "provider"): Promise<string> {
    const { writePages } = await import("../../tools/package-docs.mjs");
    await mkdir(folder, { recursive: true });
    if (workspace === "provider") {
        await writePages(join(root, "provider"));
    }
    // npm test has made sure that the build is current. A further build by npm pack would race with other tests.
    const command = [
        "npm",
        "pack",
        "--ignore-scripts",
        "--workspace",
        workspace,
        "--pack-destination",
        folder,
    ];
    await execute(command, root, process.env);
    const [tarball] = (await readdir(folder)).filter((file) => file.endsWith(".tgz"));
    if (tarball === undefined) {
        throw new Error("npm pack made no tarball");
    }
    return join(folder, tarball);
}

/** Installs the package into a new program in a folder outside the repository. */
export async function installPackage(
    installation: string,
    workshop: Workshop,
    setup: Setup,
): Promise<ForeignProgram> {
    const { manager } = setup;
    const folder = join(installation, setup.folder ?? "");
    const tarball = await workshop.tarball();
    const own = { [packageName]: `file:${tarball}` };
    const dependencies = setup.dependencies ?? { "@pulumi/pulumi": setup.sdk, ...own };
    await writeFiles(installation, { ...manager.files, ...setup.workspace?.(setup.sdk, tarball) });
    await writeFiles(folder, {
        "Pulumi.yaml": "name: foreign\nruntime: nodejs\n",
        "package.json": manifest(setup, dependencies),
        ...setup.program,
    });
    const path = [
        ...(manager.tool === undefined ? [] : [await workshop.tool(manager.tool)]),
        await workshop.tool(`node@${setup.node}`),
        join(folder, "node_modules", ".bin"),
        join(installation, "node_modules", ".bin"),
    ];
    const environment = { ...process.env, ...(await workshop.settings()), PATH: joined(path) };
    const install = (): Promise<string> => execute(manager.command, installation, environment);
    const output = await install();
    if (setup.build !== undefined) {
        await execute(setup.build, folder, environment);
    }
    // In a workspace, only pnpm keeps each package's dependencies in its own folder.
    const around = setup.manager === managers.pnpm ? folder : installation;
    return {
        folder,
        installed: join(around, "node_modules", packageName),
        path,
        output,
        run: (...command) => execute(command, folder, environment),
        addPackage: async () => {
            await writeFiles(folder, { "package.json": manifest(setup, { ...dependencies, ...own }) });
            await install();
        },
    };
}

function manifest({ packageJson }: Setup, dependencies: Readonly<Record<string, string>>): string {
    const common = { name: "foreign", version: "1.0.0", private: true, license: "UNLICENSED" };
    return JSON.stringify({ ...common, dependencies, ...packageJson });
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, file)), { recursive: true });
        await writeFile(join(folder, file), text);
    }
}

export async function temporaryFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "app-snapshot-package-"));
    try {
        return await task(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

function joined(path: readonly string[]): string {
    return [...path, process.env["PATH"]].join(delimiter);
}

async function execute(
    [command = "", ...args]: readonly string[],
    cwd: string,
    env: NodeJS.ProcessEnv,
): Promise<string> {
    // The variables that `npm test` sets are for this workspace, not for the foreign program.
    const foreign = Object.entries(env).filter(
        ([variable]) => !/^npm_(?:package|lifecycle|command)/.test(variable),
    );
    const options = { cwd, env: Object.fromEntries(foreign), maxBuffer: 16 * 1024 * 1024 };
    const { stdout, stderr } = await run(command, args, options).catch((thrown: unknown) => {
        // Some package managers print their errors to stdout.
        const { stdout: printed = "" } = thrown as { readonly stdout?: string };
        throw new Error(`${String(thrown)}\n${printed}`);
    });
    return stdout + stderr;
}
