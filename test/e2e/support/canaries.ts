import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A text that somebody may read, and where it is. */
export interface Place {
    readonly name: string;
    readonly text: string;
}

/**
 * Tells where a canary, a string that must not be found, was found: which one, in which form, and the line around
 * it, with the canary itself left out.
 *
 * @param canaries the canaries by their meaning.
 */
export function sightings({ name, text }: Place, canaries: Readonly<Record<string, string>>): string[] {
    const found: string[] = [];
    for (const [what, canary] of Object.entries(canaries)) {
        for (const [needle, form] of formsOf(canary)) {
            for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
                const start = Math.max(text.lastIndexOf("\n", at) + 1, at - 300);
                found.push(`${name}: the ${what}, ${form}, after: ${text.slice(start, at)}`);
            }
        }
    }
    return found;
}

/** All files in a folder, at any depth; links are not followed. */
export async function filesIn(folder: string): Promise<Place[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const names = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    // Not all of them are text, so each byte is a character.
    return Promise.all(names.map(async (name) => ({ name, text: await readFile(name, "latin1") })));
}

/** Returns the forms in which a string of ASCII may be written, by the text to search for. */
function formsOf(canary: string): ReadonlyMap<string, string> {
    const encoded = encodeURIComponent(canary);
    const forms = new Map<string, string>();
    for (const offset of [0, 1, 2]) {
        const base64 = base64At(offset, canary);
        forms.set(base64, "in base64");
        forms.set(base64.replaceAll("+", "-").replaceAll("/", "_"), "in base64");
    }
    // A string to sign has every parameter encoded twice.
    forms.set(encodeURIComponent(encoded), "URL-encoded twice");
    forms.set(encoded, "URL-encoded");
    forms.set(canary, "plain");
    return forms;
}

/** Returns the characters that a string always has in base64 at an offset of so many bytes to a multiple of three. */
function base64At(offset: number, text: string): string {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
    return bytes.toString("base64").slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
