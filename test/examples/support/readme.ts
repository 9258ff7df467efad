import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { codeBlocks, document, root, section } from "../../docs/support/markdown";

export const onEmulator = "## Run it against the emulator";
export const inCloud = "## Run it in the cloud";

/** The names of all examples. */
export const examples: readonly string[] = readdirSync(join(root, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, "examples", entry.name, "package.json")))
    .map(({ name }) => name);

export function readmeOf(example: string): string {
    return document(`examples/${example}/README.md`);
}

/** Returns the commands that set the configuration under a heading of an example's README. */
export function configCommands(example: string, heading: string): string[] {
    return commandsUnder(example, heading).filter((line) => line.startsWith("pulumi config set "));
}

/** Returns those for the emulator that come before one `pulumi up`, and after the `pulumi up` before it. */
export function commandsBeforeUp(example: string, upNumber: number): string[] {
    const steps: string[][] = [[]];
    for (const line of commandsUnder(example, onEmulator)) {
        if (line === "pulumi up") {
            steps.push([]);
        } else if (line.startsWith("pulumi config set ")) {
            steps.at(-1)?.push(line);
        }
    }
    const commands = upNumber < steps.length ? (steps[upNumber - 1] ?? []) : [];
    if (commands.length === 0) {
        throw new Error(`the README of ${example} sets nothing before \`pulumi up\` number ${upNumber}`);
    }
    return commands;
}

function commandsUnder(example: string, heading: string): string[] {
    return codeBlocks(section(readmeOf(example), heading), "sh").flatMap((block) =>
        block.split(/\n| && /).map((line) => line.replace(/ # .*$/, "").trim()),
    );
}
