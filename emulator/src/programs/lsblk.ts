import { readOptions } from "./options";
import { type ProgramHost, ProgramUsageError } from "./program";

const options = {
    "-d": { name: "disksOnly", takesValue: false },
    "-n": { name: "noHeadings", takesValue: false },
    "-o": { name: "columns", takesValue: true },
    "-r": { name: "raw", takesValue: false },
} as const;

/** `lsblk -rdn -o NAME,SERIAL`. */
export function lsblk(args: readonly string[], host: ProgramHost): Promise<number> {
    const { values, operands } = readOptions("lsblk", args, options);
    const isModelled =
        ["disksOnly", "noHeadings", "raw"].every((name) => values.has(name)) &&
        values.get("columns") === "NAME,SERIAL" &&
        operands.length === 0;
    if (!isModelled) {
        throw new ProgramUsageError("lsblk: only -rdn -o NAME,SERIAL is modelled by the emulator\n");
    }
    for (const { name, serial } of host.blockDevices) {
        host.print(`${name} ${serial}\n`);
    }
    return Promise.resolve(0);
}
