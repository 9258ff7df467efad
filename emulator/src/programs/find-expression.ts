import type { Inode } from "../file-system/inode";
import { fits } from "./glob";
import { UsageError } from "./program";
import { quotedPlainly } from "./quote";

/** Something that find has come across. */
export interface Candidate {
    readonly path: string;
    readonly inode: Inode;
}

/** What is done with a candidate, or asked of it; the first "no" ends it. */
export type Step =
    | { readonly test: (candidate: Candidate, now: number) => boolean }
    | { readonly action: "print" | "delete" };

export interface Expression {
    readonly steps: readonly Step[];
    readonly maxDepth: number;
    /** A directory comes after what it holds. */
    readonly depthFirst: boolean;
}

const kinds: Readonly<Record<string, Inode["kind"]>> = { f: "file", d: "directory", l: "link" };

/** Reads what follows the paths on find's command line. All of it must hold, from left to right. */
export function readExpression(words: readonly string[]): Expression {
    const rest = [...words];
    const steps: Step[] = [];
    let maxDepth = Number.POSITIVE_INFINITY;
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
        const predicate = word;
        const argument = () => {
            const value = rest.shift();
            if (value === undefined) {
                throw new UsageError(`find: missing argument to \`${predicate}'\n`);
            }
            return value;
        };
        switch (word) {
            case "-xdev":
            case "-mount":
                // The model is one file system.
                break;
            case "-maxdepth":
                maxDepth = readDepth(argument());
                break;
            case "-type":
                steps.push(typeTest(argument()));
                break;
            case "-name":
                steps.push(nameTest(argument()));
                break;
            case "-mmin":
                steps.push(ageTest(argument()));
                break;
            case "-print":
            case "-delete":
                steps.push({ action: word === "-print" ? "print" : "delete" });
                break;
            default:
                throw new UsageError(
                    word.startsWith("-")
                        ? `find: the predicate '${word}' is not modelled by the emulator\n`
                        : `find: paths must precede expression: \`${word}'\n`,
                );
        }
    }
    const acts = steps.some((step) => "action" in step);
    return {
        steps: acts ? steps : [...steps, { action: "print" }],
        maxDepth,
        depthFirst: steps.some((step) => "action" in step && step.action === "delete"),
    };
}

function readDepth(text: string): number {
    if (!/^\d+$/.test(text)) {
        throw new UsageError(
            `find: Expected a positive decimal integer argument to -maxdepth, but got ${quotedPlainly(text)}\n`,
        );
    }
    return Number(text);
}

function typeTest(text: string): Step {
    const kind = Object.hasOwn(kinds, text) ? kinds[text] : undefined;
    if (kind === undefined) {
        throw new UsageError(`find: the argument ${text} of -type is not modelled by the emulator\n`);
    }
    return { test: ({ inode }) => inode.kind === kind };
}

function nameTest(pattern: string): Step {
    return {
        test: ({ path }) => {
            const bare = path.replace(/\/+$/, "");
            return fits(bare === "" ? "/" : bare.slice(bare.lastIndexOf("/") + 1), pattern);
        },
    };
}

/** Older than so many minutes (`+N`), or younger (`-N`). */
function ageTest(text: string): Step {
    const form = /^([+-])(\d+(?:\.\d+)?)$/.exec(text);
    if (form === null) {
        throw new UsageError(
            /^\d+(\.\d+)?$/.test(text)
                ? "find: -mmin without a sign is not modelled by the emulator\n"
                : `find: invalid argument \`${text}' to \`-mmin'\n`,
        );
    }
    const ms = Number(form[2]) * 60_000;
    return {
        test: ({ inode }, now) => (form[1] === "+" ? inode.modified < now - ms : inode.modified > now - ms),
    };
}
