import { parseArgs } from "node:util";

import { UsageError } from "./command-error";

type Options = Readonly<Record<string, { readonly type: "string" | "boolean"; readonly multiple?: boolean }>>;

/**
 * Refuses unknown options, missing values and superfluous values. Node.js would refuse them too, but with advice that
 * does not fit.
 *
 * @throws UsageError that names the option.
 */
export function checkOptions(args: readonly string[], options: Options): void {
    const { tokens } = parseArgs({
        args: [...args],
        options,
        strict: false,
        allowPositionals: true,
        tokens: true,
    });
    for (const token of tokens) {
        if (token.kind !== "option") {
            continue;
        }
        const { name, rawName, value, inlineValue } = token;
        const option = Object.hasOwn(options, name) ? options[name] : undefined;
        if (option === undefined || !rawName.startsWith("--")) {
            const meant = nearest(name, Object.keys(options));
            throw new UsageError(
                `there is no option ${rawName}${meant === undefined ? "" : `; did you mean --${meant}?`}`,
            );
        }
        if (option.type === "boolean" && value !== undefined) {
            throw new UsageError(`${rawName} takes no value`);
        }
        // An argument that looks like an option is not a value; in `--stack=-x`, `-x` is one.
        if (option.type === "string" && (value === undefined || (!inlineValue && value.startsWith("-")))) {
            throw new UsageError(`${rawName} needs a value`);
        }
    }
}

/** Returns the name that a misspelt one probably means: it has the same beginning, or at most two wrong letters. */
function nearest(name: string, names: readonly string[]): string | undefined {
    const completions = name.length > 1 ? names.filter((candidate) => candidate.startsWith(name)) : [];
    if (completions.length === 1) {
        return completions[0];
    }
    const [best] = names
        .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
        .filter(({ candidate, distance }) => distance <= 2 && distance < candidate.length / 2)
        .sort((a, b) => a.distance - b.distance);
    return best?.candidate;
}

/** Returns the number of letters to change, add or remove to turn one word into the other. */
function distanceOf(one: string, other: string): number {
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (const [at, letter] of Array.from(one).entries()) {
        const next = [at + 1];
        for (const [column, otherLetter] of Array.from(other).entries()) {
            next.push(
                Math.min(
                    (next[column] ?? 0) + 1,
                    (row[column + 1] ?? 0) + 1,
                    (row[column] ?? 0) + (letter === otherLetter ? 0 : 1),
                ),
            );
        }
        row = next;
    }
    return row[other.length] ?? 0;
}
