/** Whether a name fits a pattern of the shell: `*`, `?`, `[…]`, and a backslash in front of what stands for itself. */
export function fits(name: string, pattern: string): boolean {
    return new RegExp(`^${asExpression(pattern)}$`, "su").test(name);
}

function asExpression(pattern: string): string {
    let expression = "";
    for (let index = 0; index < pattern.length; index++) {
        const character = pattern.charAt(index);
        // A bracket right behind the opening one is one of the set.
        const set = character === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(pattern.slice(index)) : null;
        if (character === "*") {
            expression += ".*";
        } else if (character === "?") {
            expression += ".";
        } else if (set !== null) {
            const inside = (set[2] ?? "").replace(/[\\\][^]/g, "\\$&");
            expression += `[${set[1] === "" ? "" : "^"}${inside}]`;
            index += set[0].length - 1;
        } else {
            const literal = character === "\\" ? pattern.charAt(++index) : character;
            expression += literal.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
        }
    }
    return expression;
}
