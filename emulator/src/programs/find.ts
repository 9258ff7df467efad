import { type FileSystemError, refusalOf } from "../file-system/error";
import type { Inode } from "../file-system/inode";
import { type Expression, readExpression } from "./find-expression";
import { forEachPath, type ProgramHost } from "./program";
import { quotedPlainly } from "./quote";

/** `find PATH… EXPRESSION`; it follows no symbolic links. */
export async function find(args: readonly string[], host: ProgramHost): Promise<number> {
    const count = args.findIndex((word) => /^[-(!,]/.test(word));
    const starts = count < 0 ? args : args.slice(0, count);
    const words = args.slice(starts.length);
    const expression = readExpression(words);
    if (starts.length === 0) {
        // The directory of the command itself.
        return host.runHere(args);
    }
    if (expression.depthFirst) {
        await host.thawed();
    }
    const search = new Search(expression, host);
    return forEachPath(
        starts,
        host,
        (path) => [path, ...words],
        (path) => {
            search.visit(path, 0);
            return !search.failed;
        },
    );
}

class Search {
    failed = false;
    private readonly now: number;

    constructor(
        private readonly expression: Expression,
        private readonly host: ProgramHost,
    ) {
        this.now = host.now();
    }

    visit(path: string, depth: number): void {
        const { fileSystem } = this.host;
        let inode: Inode | undefined;
        const refusal = refusalOf(() => {
            inode = fileSystem.lstat(path);
        });
        if (inode === undefined) {
            this.complain(path, refusal);
            return;
        }
        if (!this.expression.depthFirst) {
            this.judge(path, inode);
        }
        if (inode.kind === "directory" && depth < this.expression.maxDepth) {
            for (const name of fileSystem.list(path)) {
                this.visit(path.endsWith("/") ? `${path}${name}` : `${path}/${name}`, depth + 1);
            }
        }
        if (this.expression.depthFirst) {
            this.judge(path, inode);
        }
    }

    private judge(path: string, inode: Inode): void {
        for (const step of this.expression.steps) {
            if ("test" in step) {
                if (!step.test({ path, inode }, this.now)) {
                    return;
                }
            } else if (step.action === "print") {
                this.host.print(`${path}\n`);
            } else if (!this.delete(path, inode)) {
                return;
            }
        }
    }

    private delete(path: string, inode: Inode): boolean {
        const { fileSystem } = this.host;
        const refusal = refusalOf(() => {
            if (inode.kind === "directory") {
                fileSystem.removeDirectory(path);
            } else {
                fileSystem.unlink(path);
            }
        });
        if (refusal !== undefined) {
            this.host.complain(`find: cannot delete ${quotedPlainly(path)}: ${refusal.message}\n`);
            this.failed = true;
        }
        return refusal === undefined;
    }

    private complain(path: string, refusal: FileSystemError | undefined): void {
        this.host.complain(`find: ${quotedPlainly(path)}: ${refusal?.message ?? ""}\n`);
        this.failed = true;
    }
}
