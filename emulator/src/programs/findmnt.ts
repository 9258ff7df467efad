import { readOptions } from "./options";
import { type MountedFileSystem, type ProgramHost, ProgramUsageError } from "./program";

const options = {
    "-n": { name: "noHeadings", takesValue: false },
    "-o": { name: "columns", takesValue: true },
    "-r": { name: "raw", takesValue: false },
} as const;

const columns: Readonly<Record<string, keyof MountedFileSystem>> = {
    FSTYPE: "type",
    SOURCE: "source",
    TARGET: "target",
};

/** `findmnt -rn -o COLUMNS` with FSTYPE, SOURCE and TARGET. */
export function findmnt(args: readonly string[], host: ProgramHost): Promise<number> {
    const { values, operands } = readOptions("findmnt", args, options);
    const shown = (values.get("columns") ?? "").split(",").map((name) => columns[name]);
    if (!values.has("raw") || !values.has("noHeadings") || operands.length > 0 || shown.includes(undefined)) {
        throw new ProgramUsageError(
            "findmnt: only -rn and -o with FSTYPE, SOURCE and TARGET are modelled by the emulator\n",
        );
    }
    for (const fileSystem of host.mountedFileSystems) {
        const cells = shown.map((column) => (column === undefined ? "" : escaped(fileSystem[column])));
        host.print(`${cells.join(" ")}\n`);
    }
    return Promise.resolve(0);
}

function escaped(text: string): string {
    return text.replace(/[\s\\]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
