/** Characters and texts that mean something to a shell, cmd.exe, the manager's splitter, a terminal or a file system. */
export const hostile: readonly string[] = [
    "'",
    '"',
    ",",
    ",-Name=other",
    ";",
    ";reboot",
    "&",
    "&&reboot",
    "|",
    "||reboot",
    "<in",
    ">out",
    "(",
    ")",
    "$",
    "$()",
    "$(reboot)",
    "${x}",
    "$HOME",
    "`",
    "`reboot`",
    "\\",
    "\n",
    "\nreboot\n",
    "\r",
    "\r\n",
    "\t",
    "\u0000",
    "\u0008",
    "\u001a",
    "\u001b[2J",
    "\u007f",
    "\u0085",
    "%",
    "%%",
    "%PATH%",
    "!",
    "!x!",
    "^",
    "*",
    "?",
    "[a]",
    "{a,b}",
    "~",
    "#",
    "@",
    "+",
    "=",
    " ",
    " -Name=other",
    " --plugin other",
    "\u00a0",
    "é",
    "e\u0301",
    "数据库",
    "Ａ",
    "\u212a",
    "😀",
    "\u202e",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u2028",
    "\u2029",
    "\ud800",
    "a".repeat(10_240),
    "'".repeat(10_240),
    "$(reboot)".repeat(1_138),
];

/** A deeply nested value. */
const nested = Array.from({ length: 200 }).reduce<unknown>((inner) => ({ linux: [inner] }), "hunter2");

/** Values of all JSON types, and numbers that JSON lacks; without null, which means no value. */
export const ofAllTypes: readonly unknown[] = [
    true,
    false,
    0,
    1,
    -1,
    30,
    0.5,
    1e308,
    Number.NaN,
    Infinity,
    -Infinity,
    "",
    "hunter2",
    "0",
    "1",
    "30",
    "true",
    "false",
    "null",
    "undefined",
    "[object Object]",
    [],
    [[]],
    [null],
    ["hunter2"],
    ["/hunter2"],
    {},
    { hunter2: "hunter2" },
    { length: 1, 0: "d-hunter2" },
    { toString: "hunter2" },
    nested,
    [nested],
];

export function typeOf(value: unknown): string {
    if (Array.isArray(value)) {
        return "list";
    }
    return typeof value === "number" && !Number.isFinite(value) ? "no number" : typeof value;
}

/** The start, the middle and the end of a text. */
export function insertions(text: string, inserted: string): string[] {
    const middle = Math.floor(text.length / 2);
    return [0, middle, text.length].map((at) => text.slice(0, at) + inserted + text.slice(at));
}

/** A value in a message of a test, short enough to read. */
export function shown(value: unknown): string {
    const text = typeof value === "number" ? String(value) : JSON.stringify(value);
    return text.length > 80 ? `${text.slice(0, 80)}… (${text.length})` : text;
}
