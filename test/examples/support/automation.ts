import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";

import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { root } from "../../docs/support/markdown";
import { withEngine } from "../../e2e/support/engine";
import type { EngineStack } from "../../e2e/support/stack";
import { withFolder } from "../../support/folder";
import { instances } from "../../support/stack/program";
import type { ProgramResult } from "../../support/stack/test-stack";

export const instanceId = instances.withRole;

/** A copy of the example, beside which the engine writes. */
export interface AutomationExample {
    readonly emulator: Emulator;
    readonly stack: EngineStack;
    readonly folder: string;
}

/** Runs a test with the example. */
export async function withExample(test: (example: AutomationExample) => Promise<void>): Promise<void> {
    await withFolder(async (folder) => {
        await cp(join(root, "examples", "automation"), folder, {
            recursive: true,
            // A stack that somebody has created there has a configuration with another passphrase.
            filter: (source) => !/Pulumi\.[\w-]+\.yaml$/.test(source),
        });
        await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
        await withEngine(({ emulator, stack }) => test({ emulator, stack, folder }), {
            stack: { programFolder: folder },
        });
    });
}

/** Runs the example's program for a release. */
export function run(
    stack: EngineStack,
    release: string,
    more: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
    const variables = {
        RELEASE: release,
        INSTANCE_ID: instanceId,
        STACK: stack.name,
        TS_NODE_TRANSPILE_ONLY: "true",
        GITHUB_STEP_SUMMARY: "",
        ...more,
    };
    const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    return stack.runProgram("env", [...assignments, "npm", "run", "--silent", "start"]);
}

/** Returns the second cells of all tables by the first ones, without the backslashes. */
export function cellsOf(markdown: string): Record<string, string> {
    const rows = [...markdown.matchAll(/^\| (.*?) \| (.*?) \|$/gm)];
    return Object.fromEntries(
        rows.map(([, name = "", value = ""]) => [name.replaceAll("\\", ""), value.replaceAll("\\", "")]),
    );
}
