import { documented } from "./documented";
import { undocumented } from "./undocumented";

/** Tells whether a refusal of an operation is documented, or one that the emulator knowingly makes all the same. */
export function isKnownRefusal(operation: string, status: number, code: string): boolean {
    const table = Object.hasOwn(documented, operation) ? documented[operation] : undefined;
    return (
        table?.[status]?.includes(code) === true ||
        undocumented.some(
            (entry) =>
                entry.status === status &&
                (typeof entry.code === "string" ? entry.code === code : entry.code.test(code)) &&
                (entry.operations?.includes(operation) ?? true),
        )
    );
}
