// Reads the declarations of types and their doc comments from the sources.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import ts from "typescript";

import { ROOT } from "../setup.mjs";

/**
 * @typedef {object} Documentation
 * @property {string[]} paragraphs
 * @property {ReadonlyMap<string, string>} tags The tags by their names, without the `@`.
 * @property {{ name: string, text: string }[]} parameters
 *
 * @typedef {Documentation & { name: string, type: ts.TypeNode | undefined, optional: boolean }} Property
 *
 * @typedef {Documentation & { name: string, parameterNames: string[], isStatic: boolean }} Method
 *
 * @typedef {Documentation & { properties: Property[], methods: Method[] }} Declaration
 */

/**
 * Reads an interface or a class, without the static properties of a class; its constructor is the method `new`.
 *
 * @param {string} path The source's path in the repository.
 * @param {string} name
 * @returns {Promise<Declaration>}
 */
export async function declarationOf(path, name) {
    const text = await readFile(join(ROOT, path), "utf8");
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    for (const statement of source.statements) {
        const declares = ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement);
        if (!declares || statement.name?.text !== name) continue;
        const members = [...statement.members];
        return {
            ...documentationOf(statement),
            properties: members
                .filter((member) => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))
                .filter((member) => !isStatic(member))
                .map((member) => ({
                    ...documentationOf(member),
                    name: member.name.getText(source),
                    type: member.type,
                    optional: member.questionToken !== undefined,
                })),
            methods: members.filter(isCallable).map((member) => ({
                ...documentationOf(member),
                name: ts.isConstructorDeclaration(member) ? "new" : member.name.getText(source),
                parameterNames: member.parameters.map((parameter) => parameter.name.getText(source)),
                isStatic: isStatic(member),
            })),
        };
    }
    throw new Error(`${path} declares no ${name}.`);
}

/**
 * @param {ts.Node} node
 * @returns {Documentation}
 */
function documentationOf(node) {
    const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
    const tags = comments.flatMap((comment) => [...(comment.tags ?? [])]);
    return {
        paragraphs: comments
            .flatMap((comment) => textOf(comment.comment).split(/\n\s*\n/))
            .map(inOneLine)
            .filter((paragraph) => paragraph !== ""),
        tags: new Map(tags.map((tag) => [tag.tagName.text, inOneLine(textOf(tag.comment))])),
        parameters: tags
            .filter(ts.isJSDocParameterTag)
            .map((tag) => ({ name: tag.name.getText(), text: inOneLine(textOf(tag.comment)) })),
    };
}

/** @param {Parameters<typeof ts.getTextOfJSDocComment>[0]} comment */
function textOf(comment) {
    return ts.getTextOfJSDocComment(comment) ?? "";
}

/** @param {string} text */
function inOneLine(text) {
    return text.replace(/\s*\n\s*/g, " ").trim();
}

/** @param {ts.Node} node */
function isCallable(node) {
    return ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node);
}

/** @param {ts.Node} node */
function isStatic(node) {
    return (
        ts.canHaveModifiers(node) &&
        (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
    );
}

/**
 * Describes a type in words, as the author of a program thinks of it.
 *
 * @param {ts.TypeNode | undefined} type
 * @returns {string}
 */
export function typeInWords(type) {
    if (type === undefined) return "any";
    if (ts.isUnionTypeNode(type)) {
        return type.types
            .filter((one) => one.kind !== ts.SyntaxKind.UndefinedKeyword)
            .map(typeInWords)
            .join(" or ");
    }
    if (ts.isArrayTypeNode(type)) {
        const item = typeInWords(type.elementType);
        return item === "any" ? "list" : `list of ${item}s`;
    }
    if (ts.isTypeReferenceNode(type)) return referenceInWords(type);
    if (ts.isTypeOperatorNode(type)) return typeInWords(type.type);
    return type.kind === ts.SyntaxKind.UnknownKeyword ? "any" : type.getText();
}

/** Names of types that are strings of a kind. */
const STRINGS =
    /^(OnDegraded|OnFailure|RequiredConsistency|RoleAttachment|ScriptOutput|WaitFor|Consistency|OperatingSystem)$/;

/** @param {ts.TypeReferenceNode} type */
function referenceInWords(type) {
    const name = type.typeName.getText();
    const [first, second] = type.typeArguments ?? [];
    if (/^pulumi\.(Input|Output)$|^Readonly$/.test(name)) return typeInWords(first);
    if (name === "Record") return `map of ${typeInWords(second)}s`;
    return STRINGS.test(name) ? "string" : "object";
}

/**
 * Returns the name of an input's type, without Pulumi's wrapper.
 *
 * @param {ts.TypeNode | undefined} type
 * @returns {string}
 */
export function nameOfType(type) {
    const [inner] = type !== undefined && ts.isTypeReferenceNode(type) ? (type.typeArguments ?? []) : [];
    return inner === undefined ? (type?.getText() ?? "") : nameOfType(inner);
}
