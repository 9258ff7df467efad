// Folders of fake programs for the tests of the tools.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const folders: string[] = [];

/** Makes a folder with these files, removed after the test. */
export function scratchFolder(files: Record<string, string> = {}): string {
    const folder = mkdtempSync(join(tmpdir(), "app-snapshot-tools-"));
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) {
        const path = join(folder, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
        if (text.startsWith("#!")) chmodSync(path, 0o755);
    }
    return folder;
}

export function removeScratchFolders(): void {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Returns a program that prints a text and ends with an exit code. */
export function program(prints: string, exitCode = 0): string {
    return `#!/bin/sh\necho '${prints}'\nexit ${exitCode}\n`;
}

/** Returns the files of an engine's folder, with `pulumi` of that version. */
export function engine(version: string): Record<string, string> {
    return {
        pulumi: program(version),
        "pulumi-language-nodejs": program(""),
        "pulumi-resource-pulumi-nodejs": program(""),
    };
}

/** Describes the outcome of a source: the engine's folder, or the reason why it has none. */
export function told(outcome: { readonly folder: string } | { readonly reason: string }): string {
    return "folder" in outcome ? `folder ${outcome.folder}` : outcome.reason;
}
