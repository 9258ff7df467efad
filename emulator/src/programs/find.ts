import { refusalOf } from "../file-system/error";
import type { Inode } from "../file-system/inode";
import { forEachPath, type ProgramHost, ProgramUsageError } from "./program";
import { quotedPlainly } from "./quote";

/** Something that find has come across. */
interface Candidate {
    readonly path: string;
    readonly inode: Inode;
}

/** The command line behind its paths: the depth, and the tests that a candidate must pass to be deleted. */
interface Expression {
    readonly maxDepth: number;
    readonly tests: readonly ((candidate: Candidate, now: number) => boolean)[];
}

/** `find PATH… [-xdev] [-maxdepth N] [-type f] [-name GLOB] [-mmin +N] -delete`; it follows no symbolic links. */
export async function find(args: readonly string[], host: ProgramHost): Promise<number> {
    const count = args.findIndex((word) => /^[-(!,]/.test(word));
    const starts = count < 0 ? args : args.slice(0, count);
    const words = args.slice(starts.length);
    const expression = readExpression(words);
    if (starts.length === 0) {
        // The directory of the command itself.
        return host.runHere(args);
    }
    await host.thawed();
    return forEachPath(
        starts,
        host,
        (path) => [path, ...words],
        (path) => visit(path, 0, expression, host),
    );
}

/** Reads what follows the paths. All of it must hold, and `-delete` comes last. */
function readExpression(words: readonly string[]): Expression {
    const rest = [...words];
    const tests: Expression["tests"][number][] = [];
    let maxDepth = Number.POSITIVE_INFINITY;
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
        if (word === "-delete" && rest.length === 0) {
            return { maxDepth, tests };
        }
        if (word === "-xdev") {
            // The model is one file system.
            continue;
        }
        const argument = rest.shift() ?? "";
        if (word === "-maxdepth" && /^\d+$/.test(argument)) {
            maxDepth = Number(argument);
        } else if (word === "-type" && argument === "f") {
            tests.push(({ inode }) => inode.kind === "file");
        } else if (word === "-name" && /^[\w.*-]+$/.test(argument)) {
            const name = new RegExp(`^${argument.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "s");
            tests.push(({ path }) => name.test(path.slice(path.lastIndexOf("/") + 1)));
        } else if (word === "-mmin" && /^\+\d+$/.test(argument)) {
            const ms = Number(argument) * 60_000;
            tests.push(({ inode }, now) => inode.modified < now - ms);
        } else {
            throw new ProgramUsageError(`find: '${word} ${argument}' is not modelled by the emulator\n`);
        }
    }
    throw new ProgramUsageError("find: only what ends in -delete is modelled by the emulator\n");
}

/** Deletes what passes the tests, a directory after what it holds. Tells whether nothing failed. */
function visit(path: string, depth: number, expression: Expression, host: ProgramHost): boolean {
    const { fileSystem } = host;
    let inode: Inode | undefined;
    const missing = refusalOf(() => {
        inode = fileSystem.lstat(path);
    });
    if (inode === undefined) {
        host.complain(`find: ${quotedPlainly(path)}: ${missing?.message ?? ""}\n`);
        return false;
    }
    const candidate = { path, inode };
    let succeeded = true;
    if (inode.kind === "directory" && depth < expression.maxDepth) {
        for (const name of fileSystem.list(path)) {
            succeeded = visit(`${path.replace(/\/$/, "")}/${name}`, depth + 1, expression, host) && succeeded;
        }
    }
    if (!expression.tests.every((test) => test(candidate, host.now()))) {
        return succeeded;
    }
    const kept = refusalOf(() => {
        if (candidate.inode.kind === "directory") {
            fileSystem.removeDirectory(path);
        } else {
            fileSystem.unlink(path);
        }
    });
    if (kept !== undefined) {
        host.complain(`find: cannot delete ${quotedPlainly(path)}: ${kept.message}\n`);
    }
    return kept === undefined && succeeded;
}
