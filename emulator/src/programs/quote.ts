/** Quotes a name as most of GNU's programs do in their complaints (gnulib's shell-escape-always). */
export function quoted(name: string): string {
    const bytes = [...Buffer.from(name, "utf8")];
    if (bytes.every(isPlain)) {
        if (!name.includes("'")) {
            return `'${name}'`;
        }
        if (!/["$`\\]/.test(name)) {
            return `"${name}"`;
        }
    }
    let text = "'";
    let escaping = false;
    for (const byte of bytes) {
        const plain = isPlain(byte);
        if (plain === escaping) {
            text += plain ? "''" : "'$'";
            escaping = !plain;
        }
        const character = String.fromCharCode(byte);
        text += plain ? (character === "'" ? "'\\''" : character) : escaped(byte);
    }
    return `${text}'`;
}

/** Quotes a name as {@link quoted} does, for the programs that leave a harmless path as it is. */
export function quotedIfNeeded(path: string): string {
    return /^[\w@%+,./{}\]~#-]+$/.test(path) ? path : quoted(path);
}

/** Quotes a name as a message of the C locale does, for the few programs that do so. */
export function quotedPlainly(name: string): string {
    const text = [...Buffer.from(name, "utf8")]
        .map((byte) => {
            const character = String.fromCharCode(byte);
            if (character === "'" || character === "\\") {
                return `\\${character}`;
            }
            return isPlain(byte) ? character : escaped(byte);
        })
        .join("");
    return `'${text}'`;
}

function isPlain(byte: number): boolean {
    return byte >= 0x20 && byte < 0x7f;
}

const letters: Readonly<Record<number, string>> = {
    7: "\\a",
    8: "\\b",
    9: "\\t",
    10: "\\n",
    11: "\\v",
    12: "\\f",
    13: "\\r",
};

function escaped(byte: number): string {
    return letters[byte] ?? `\\${byte.toString(8).padStart(3, "0")}`;
}
