/**
 * Splits a Windows command line into arguments, as programs there do it themselves (CommandLineToArgvW, and Go's
 * runtime likewise): blanks separate outside quotes; 2n backslashes before a quote are n backslashes and the quote
 * delimits; 2n+1 are n backslashes and a literal quote; `""` inside quotes is a literal quote that ends the quoting.
 */
export function commandLineToArgv(line: string): string[] {
    const result: string[] = [];
    let index = 0;
    while (index < line.length) {
        if (isBlank(line[index])) {
            index++;
            continue;
        }
        const [argument, end] = readArgument(line, index);
        result.push(argument);
        index = end;
    }
    return result;
}

function readArgument(line: string, start: number): [string, number] {
    let argument = "";
    let quoted = false;
    let backslashes = 0;
    let index = start;
    for (; index < line.length; index++) {
        const character = line[index];
        if (character === "\\") {
            backslashes++;
            continue;
        }
        if (character === '"') {
            argument += "\\".repeat(Math.floor(backslashes / 2));
            if (backslashes % 2 === 1) {
                argument += '"';
            } else {
                if (quoted && line[index + 1] === '"') {
                    argument += '"';
                    index++;
                }
                quoted = !quoted;
            }
            backslashes = 0;
            continue;
        }
        argument += "\\".repeat(backslashes);
        backslashes = 0;
        if (!quoted && isBlank(character)) {
            return [argument, index];
        }
        argument += character ?? "";
    }
    return [argument + "\\".repeat(backslashes), index];
}

function isBlank(character: string | undefined): boolean {
    return character === " " || character === "\t";
}
