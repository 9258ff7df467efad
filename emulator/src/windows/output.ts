import { StringDecoder } from "node:string_decoder";

import type { Behaviour } from "../settings/behaviour";

/** Passes the output of a Windows command on as the agent does: converted to UTF-8, or as it is. */
export function windowsOutput(
    behaviour: Pick<Behaviour, "windowsOutput">,
    onOutput: (chunk: Buffer) => void,
): (chunk: Buffer) => void {
    const decoder = new StringDecoder("utf8");
    return (chunk) => {
        const raw = behaviour.windowsOutput === "code-page";
        onOutput(raw ? encodeGbk(decoder.write(chunk)) : chunk);
    };
}

/**
 * Encodes a text in code page 936, in which a Chinese Windows writes. Node.js can only read it; the table for writing it
 * is made by decoding every pair of bytes once.
 */
export function encodeGbk(text: string): Buffer {
    const bytes: number[] = [];
    for (const character of text) {
        const code = character.codePointAt(0) ?? 0;
        // Windows writes a question mark for what the code page lacks.
        bytes.push(...(code < 0x80 ? [code] : (table().get(character) ?? [0x3f])));
    }
    return Buffer.from(bytes);
}

let encodings: ReadonlyMap<string, readonly number[]> | undefined;

function table(): ReadonlyMap<string, readonly number[]> {
    return (encodings ??= readTable());
}

function readTable(): ReadonlyMap<string, readonly number[]> {
    const decoder = new TextDecoder("gbk");
    const found = new Map<string, readonly number[]>();
    for (let first = 0x81; first <= 0xfe; first++) {
        for (let second = 0x40; second <= 0xfe; second++) {
            const character = decoder.decode(Uint8Array.of(first, second));
            // A pair without a meaning reads as two characters, or as a replacement.
            if (Array.from(character).length === 1 && character !== "\ufffd" && !found.has(character)) {
                found.set(character, [first, second]);
            }
        }
    }
    found.set("€", [0x80]);
    return found;
}
