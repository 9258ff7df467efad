import { relative, sep } from "node:path";

import ts from "typescript";

const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ["node"],
    strict: true,
    skipLibCheck: true,
};

/**
 * The types of a package that its exports refer to but that are not exported themselves, each with the export that
 * refers to it.
 *
 * @param index the declaration file of the package's entry point.
 * @param folder the package's folder. Types that are declared outside it are not looked at.
 */
export function unexportedTypes(index: string, folder: string): string[] {
    const program = ts.createProgram([index], options);
    const checker = program.getTypeChecker();
    const source = program.getSourceFile(index);
    const entry = source && checker.getSymbolAtLocation(source);
    if (entry === undefined) {
        throw new Error(`${index} is no module.`);
    }
    const exported = exportsOf(entry, checker);
    const found = new Set<string>();
    for (const symbol of exported) {
        for (const declaration of declarationsIn(symbol, folder)) {
            for (const referred of typesIn(declaration, checker)) {
                if (!exported.has(referred) && declarationsIn(referred, folder).length > 0) {
                    found.add(`${referred.name}, which ${symbol.name} refers to`);
                }
            }
        }
    }
    return [...found];
}

/** The exports of a module, with the members of exported namespaces. */
function exportsOf(entry: ts.Symbol, checker: ts.TypeChecker): ReadonlySet<ts.Symbol> {
    const exported = new Set<ts.Symbol>();
    for (const each of checker.getExportsOfModule(entry)) {
        const symbol = resolved(each, checker);
        exported.add(symbol);
        if ((symbol.flags & ts.SymbolFlags.Module) !== 0) {
            exportsOf(symbol, checker).forEach((member) => exported.add(member));
        }
    }
    return exported;
}

/** The types that a declaration names, without its own type parameters. */
function typesIn(declaration: ts.Declaration, checker: ts.TypeChecker): ts.Symbol[] {
    const symbols: ts.Symbol[] = [];
    const visit = (node: ts.Node): void => {
        // The members of a namespace, which a module declares, are looked at one by one.
        if (ts.isSourceFile(node) || isPrivate(node)) {
            return;
        }
        const name = nameOfType(node);
        const symbol = name && checker.getSymbolAtLocation(name);
        if (symbol !== undefined) {
            symbols.push(resolved(symbol, checker));
        }
        ts.forEachChild(node, visit);
    };
    visit(declaration);
    return symbols.filter((symbol) => (symbol.flags & ts.SymbolFlags.TypeParameter) === 0);
}

function nameOfType(node: ts.Node): ts.Node | undefined {
    if (ts.isTypeReferenceNode(node)) {
        return node.typeName;
    }
    if (ts.isExpressionWithTypeArguments(node)) {
        return node.expression;
    }
    return ts.isImportTypeNode(node) ? node.qualifier : undefined;
}

function isPrivate(node: ts.Node): boolean {
    return (
        ts.canHaveModifiers(node) &&
        (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)
    );
}

function resolved(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
    return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

function declarationsIn(symbol: ts.Symbol, folder: string): readonly ts.Declaration[] {
    return (symbol.declarations ?? []).filter((declaration) => {
        const path = relative(folder, declaration.getSourceFile().fileName);
        return !path.startsWith("..") && !path.split(sep).includes("node_modules");
    });
}
