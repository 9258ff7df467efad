// Makes docs/reference.md from the doc comments of the resource's types.
import { posix } from "node:path";

import { declarationOf, nameOfType, typeInWords } from "./declarations.mjs";
import { code, inline, table } from "./markdown.mjs";

/**
 * @typedef {import("./declarations.mjs").Property} Property
 * @typedef {import("./declarations.mjs").Method} Method
 */

const INPUTS = "provider/src/pulumi/resource/arguments.ts";
const RESOURCE = "provider/src/pulumi/resource/app-consistent-snapshot.ts";

/** @returns {Promise<string>} The page, not formatted yet. */
export async function referencePage() {
    const inputs = await allInputs();
    const resource = await declarationOf(RESOURCE, "AppConsistentSnapshot");
    return `<!-- Written by \`npm run docs\` from the doc comments in ${INPUTS} and ${RESOURCE}. Change those, then run it again. -->

# Reference

${prose(resource.paragraphs)}

## Inputs

What a change does: **new** takes a new snapshot and then deletes the old one; **in place** changes the snapshot group; **nothing** only affects the next snapshot. The meaning of each input is [below](#the-inputs-one-by-one).

${table(["Input", "Type", "Limits", "Default", "A change"], await Promise.all(inputs.map(inputRow)))}

## The inputs one by one

${inputs.map(({ name, paragraphs }) => `### ${code(name)}\n\n${prose(paragraphs)}`).join("\n\n")}

## Outputs

${table(
    ["Output", "Type", "Meaning"],
    (await allOutputs(resource.properties)).map((output) => [
        code(output.name),
        typeOf(output),
        meaningOf(output),
    ]),
)}

## Methods

${resource.methods.map(method).join("\n\n")}
`;
}

/** Lists all inputs; those of inner objects by their whole paths, right after the object. */
async function allInputs() {
    const { properties } = await declarationOf(INPUTS, "AppConsistentSnapshotArgs");
    const inner = {
        linux: await declarationOf(INPUTS, "LinuxSnapshotArgs"),
        windows: await declarationOf(INPUTS, "WindowsSnapshotArgs"),
    };
    return properties.flatMap((property) => {
        if (property.name !== "linux" && property.name !== "windows") return [property];
        const { paragraphs, properties: own } = inner[property.name];
        return [
            { ...property, paragraphs: [...property.paragraphs, ...paragraphs] },
            ...own.map((one) => ({ ...one, name: `${property.name}.${one.name}` })),
        ];
    });
}

/** @param {Property[]} properties */
async function allOutputs(properties) {
    const snapshot = await declarationOf("provider/src/core/lifecycle/outputs.ts", "SnapshotOutput");
    const durations = await declarationOf("provider/src/core/run/run-report.ts", "Durations");
    return properties.flatMap((property) => [
        property,
        ...(property.name === "snapshots" ? within("snapshots[]", snapshot.properties) : []),
        ...(property.name === "durations" ? within("durations", durations.properties) : []),
    ]);
}

/**
 * @param {string} prefix
 * @param {Property[]} properties
 */
function within(prefix, properties) {
    return properties.map((property) => ({ ...property, name: `${prefix}.${property.name}` }));
}

/**
 * @param {Property} input
 * @returns {Promise<string[]>}
 */
async function inputRow({ name, type, optional, paragraphs, tags }) {
    const isObject = typeInWords(type) === "object";
    const missing = [
        ...(paragraphs.length === 0 ? ["a meaning"] : []),
        ...(isObject || tags.has("change") ? [] : ["@change"]),
        ...(isObject || !optional || tags.has("defaultValue") ? [] : ["@defaultValue"]),
        ...(typeInWords(type) === "number" && !tags.has("limits") ? ["@limits"] : []),
        ...(/Seconds$|Days$/.test(name) && !tags.has("unit") ? ["@unit"] : []),
    ];
    if (missing.length > 0)
        throw new Error(`The doc comment of the input ${name} lacks ${missing.join(", ")}.`);
    return [
        `[${code(name)}](#${name.toLowerCase().replaceAll(".", "")})`,
        typeOf({ type, tags }),
        (await choicesOf(nameOfType(type))) ?? linked(tags.get("limits") ?? ""),
        optional ? linked(tags.get("defaultValue") ?? "") : "required",
        linked(tags.get("change") ?? ""),
    ];
}

/** @param {Pick<Property, "type" | "tags">} property */
function typeOf({ type, tags }) {
    const unit = tags.get("unit");
    return typeInWords(type) + (unit === undefined ? "" : `, in ${unit}`);
}

/**
 * @param {string} typeName
 * @returns {Promise<string | undefined>} Undefined for a type that takes more than some words.
 */
async function choicesOf(typeName) {
    const inputs = await import("../../provider/dist/core/inputs/inputs.js");
    /** @type {Readonly<Record<string, readonly string[]>>} */
    const choicesByType = {
        OnDegraded: inputs.onDegradedChoices,
        RequiredConsistency: inputs.requiredConsistencies,
        RoleAttachment: inputs.roleAttachments,
        ScriptOutput: inputs.scriptOutputs,
        WaitFor: inputs.waitForChoices,
    };
    const choices = choicesByType[typeName];
    if (choices === undefined) return undefined;
    const quoted = choices.map((choice) => code(`"${choice}"`));
    return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** @param {Property} output */
function meaningOf({ name, paragraphs }) {
    if (paragraphs.length === 0) throw new Error(`The output ${name} has no doc comment.`);
    return paragraphs.map(linked).join(" ");
}

/** @param {Method} method */
function method({ name, isStatic, parameterNames, paragraphs, parameters, tags }) {
    const called =
        name === "new" ? "new AppConsistentSnapshot" : `${isStatic ? "AppConsistentSnapshot." : ""}${name}`;
    const returned = tags.get("returns");
    return [
        `### ${code(`${called}(${parameterNames.join(", ")})`)}`,
        prose(paragraphs),
        ...(parameters.length === 0
            ? []
            : [parameters.map((one) => `- ${code(one.name)}: ${linked(one.text)}`).join("\n")]),
        ...(returned === undefined ? [] : [`It returns ${linked(returned)}`]),
    ].join("\n\n");
}

/** @param {string[]} paragraphs */
function prose(paragraphs) {
    return paragraphs.map(linked).join("\n\n");
}

/**
 * Converts a comment to Markdown; the pages that it names become links.
 *
 * @param {string} text
 */
function linked(text) {
    return inline(text).replace(
        /\bdocs\/([\w/-]+\.md)\b/g,
        (_, path) => `[${posix.basename(String(path))}](${String(path)})`,
    );
}
