import { join } from "node:path";

import ts from "typescript";

import { root } from "./markdown";

/**
 * Type-checks programs against the built package, as if they were in a user's folder.
 *
 * @returns the compiler's errors, one text each.
 */
export function typeErrors(programs: readonly string[]): string[] {
    const files = new Map(programs.map((text, index) => [virtual(`program-${index + 1}.ts`), text] as const));
    const options: ts.CompilerOptions = {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        types: ["node"],
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        noEmit: true,
    };
    const host = ts.createCompilerHost(options);
    const readFile = host.readFile.bind(host);
    const fileExists = host.fileExists.bind(host);
    const getSourceFile = host.getSourceFile.bind(host);
    host.readFile = (path) => files.get(path) ?? readFile(path);
    host.fileExists = (path) => files.has(path) || fileExists(path);
    host.getSourceFile = (path, version) => {
        const text = files.get(path);
        return text === undefined ? getSourceFile(path, version) : ts.createSourceFile(path, text, version);
    };
    const program = ts.createProgram([...files.keys()], options, host);
    return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
        const line =
            diagnostic.file === undefined || diagnostic.start === undefined
                ? ""
                : `${diagnostic.file.fileName}:${diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start).line + 1}: `;
        return `${line}${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`;
    });
}

function virtual(name: string): string {
    return join(root, "test", "docs", name).replaceAll("\\", "/");
}
