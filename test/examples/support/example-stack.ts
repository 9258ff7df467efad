import { cp, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";

import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { root } from "../../docs/support/markdown";
import { withEngine } from "../../e2e/support/engine";
import type { EngineStack } from "../../e2e/support/stack";
import { withFolder } from "../../support/folder";
import { commandsBeforeUp } from "./readme";

/** An example under the real engine, against an emulator. */
export interface RunningExample {
    readonly emulator: Emulator;
    readonly stack: EngineStack;
    /** Runs what the README has the reader run before `pulumi up`, the first one or a later one. */
    readonly configure: (upNumber?: number) => Promise<void>;
}

/** Runs a test with a copy of an example, not configured yet. */
export function withExample(name: string, test: (example: RunningExample) => Promise<void>): Promise<void> {
    return withFolder(async (folder) => {
        const programFolder = await copyOfExample(name, join(folder, "program"));
        await withEngine(
            ({ emulator, stack }) => {
                const configure = async (upNumber = 1): Promise<void> => {
                    const commands = commandsBeforeUp(name, upNumber).map((line) => `${line} --stack test`);
                    const { code, stderr } = await stack.runProgram("sh", ["-ec", commands.join("\n")]);
                    if (code !== 0) {
                        throw new Error(`the commands of the README failed:\n${stderr}`);
                    }
                };
                return test({ emulator, stack, configure });
            },
            { stack: { programFolder, config: {}, environment: environmentIn(folder) } },
        );
    });
}

/** The commands of the READMEs make temporary folders. The types of the examples are checked with those of the tests. */
function environmentIn(folder: string): Readonly<Record<string, string>> {
    return { TMPDIR: folder, PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
}

/** Copies an example: the engine writes the stack's configuration beside the program. */
export async function copyOfExample(name: string, folder: string): Promise<string> {
    await cp(join(root, "examples", name), folder, { recursive: true });
    await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    return folder;
}

/** Lets the stubs of the demo answer for the databases' clients, as the READMEs do, in the tests of a suite. */
export function withStubs(): void {
    const path = process.env["PATH"];
    before(async () => {
        const { PROGRAMS } = await import("../../../tools/demo/instance.mjs");
        process.env["PATH"] = [PROGRAMS, path].join(delimiter);
    });
    after(() => {
        process.env["PATH"] = path;
    });
}
