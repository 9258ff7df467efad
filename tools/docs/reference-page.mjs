// Makes docs/reference.md from the doc comments of the resource's types.
import { posix } from "node:path";

import { declarationOf, nameOfType, typeInWords } from "./declarations.mjs";
import { code, inline, table } from "./markdown.mjs";

/**
 * @typedef {import("./declarations.mjs").Property} Property
 * @typedef {import("./declarations.mjs").Method} Method
 * @typedef {import("./declarations.mjs").Declaration} Declaration
 */

const FOLDER = "provider/src/pulumi/resource";
const INPUTS = `${FOLDER}/arguments.ts`;
const RESOURCE = `${FOLDER}/app-consistent-snapshot.ts`;
const FLEET_INPUTS = `${FOLDER}/fleet-arguments.ts`;
const FLEET = `${FOLDER}/app-consistent-snapshot-fleet.ts`;
const FLEET_OUTPUTS = "provider/src/core/fleet/fleet-outputs.ts";

/** @returns {Promise<string>} The page, not formatted yet. */
export async function referencePage() {
    const common = await commonInputs();
    const inputs = [...(await propertiesOf(INPUTS, "AppConsistentSnapshotArgs")), ...common];
    const resource = await declarationOf(RESOURCE, "AppConsistentSnapshot");
    const ofFleet = await fleetInputs();
    const fleet = await declarationOf(FLEET, "AppConsistentSnapshotFleet");
    return `<!-- Written by \`npm run docs\` from the doc comments in ${FOLDER} and ${FLEET_OUTPUTS}. Change those, then run it again. -->

# Reference

There are two resources: [\`AppConsistentSnapshot\`](#inputs) for one instance, and [\`AppConsistentSnapshotFleet\`](#appconsistentsnapshotfleet) for up to 1,000. The package also exports [\`recipes\`](recipes/README.md), and [\`policies\`](requirements.md#in-a-program), which returns the RAM policies that the instance's role and the caller need.

${prose(resource.paragraphs)}

## Inputs

What a change does: **new** takes a new snapshot and then deletes the old one; **in place** changes the snapshot group; **nothing** only affects the next snapshot. The meaning of each input is [below](#the-inputs-one-by-one).

${await inputTable(inputs)}

## The inputs one by one

${meanings(inputs)}

## Outputs

${outputTable(await allOutputs(resource.properties))}

## Methods

${methods(resource, "AppConsistentSnapshot")}

## AppConsistentSnapshotFleet

${prose(fleet.paragraphs)}

### Inputs of a fleet

The inputs of a fleet are these, [explained below](#the-inputs-of-a-fleet-one-by-one), and all of [those above](#inputs) except \`instanceId\` and \`excludeDiskIds\`, which apply to each instance.

${await inputTable(ofFleet)}

### The inputs of a fleet one by one

${meanings(ofFleet, "####")}

### Outputs of a fleet

In these names, \`[id]\` is the id of an instance.

${outputTable(await fleetOutputs(fleet.properties))}

### Methods of a fleet

${methods(fleet, "AppConsistentSnapshotFleet", "####")}
`;
}

/**
 * @param {string} path
 * @param {string} name
 */
async function propertiesOf(path, name) {
    return (await declarationOf(path, name)).properties;
}

/** Lists the inputs that both resources have; those of inner objects by their whole paths, right after the object. */
async function commonInputs() {
    const inner = {
        linux: await declarationOf(INPUTS, "LinuxSnapshotArgs"),
        windows: await declarationOf(INPUTS, "WindowsSnapshotArgs"),
    };
    return (await propertiesOf(INPUTS, "CommonSnapshotArgs")).flatMap((property) => {
        if (property.name !== "linux" && property.name !== "windows") return [property];
        const { paragraphs, properties: own } = inner[property.name];
        return [
            { ...property, paragraphs: [...property.paragraphs, ...paragraphs] },
            ...within(property.name, own),
        ];
    });
}

/** Lists the inputs that only a fleet has. */
async function fleetInputs() {
    const instance = await propertiesOf(FLEET_INPUTS, "FleetInstanceArgs");
    return (await propertiesOf(FLEET_INPUTS, "AppConsistentSnapshotFleetArgs")).flatMap((property) => [
        property,
        ...(property.name === "instances" ? within("instances[]", instance) : []),
    ]);
}

/** @param {Property[]} properties */
async function allOutputs(properties) {
    const snapshot = await propertiesOf("provider/src/core/lifecycle/outputs.ts", "SnapshotOutput");
    const durations = await propertiesOf("provider/src/core/run/run-report.ts", "Durations");
    return properties.flatMap((property) => [
        property,
        ...(property.name === "snapshots" ? within("snapshots[]", snapshot) : []),
        ...(property.name === "durations" ? within("durations", durations) : []),
    ]);
}

/** @param {Property[]} properties */
async function fleetOutputs(properties) {
    /** @type {Readonly<Record<string, Property[]>>} */
    const inner = {
        snapshots: await propertiesOf(FLEET_OUTPUTS, "FleetSnapshot"),
        failures: await propertiesOf(FLEET_OUTPUTS, "FleetFailure"),
        reports: await propertiesOf(FLEET_OUTPUTS, "FleetReport"),
    };
    return properties.flatMap((property) => [
        property,
        ...within(`${property.name}[id]`, inner[property.name] ?? []),
    ]);
}

/** @param {Property[]} inputs */
async function inputTable(inputs) {
    return table(["Input", "Type", "Limits", "Default", "A change"], await Promise.all(inputs.map(inputRow)));
}

/**
 * @param {Property[]} inputs
 * @param {string} [level] The heading's.
 */
function meanings(inputs, level = "###") {
    return inputs
        .map(({ name, paragraphs }) => `${level} ${code(name)}\n\n${prose(paragraphs)}`)
        .join("\n\n");
}

/** @param {Property[]} outputs */
function outputTable(outputs) {
    return table(
        ["Output", "Type", "Meaning"],
        outputs.map((output) => [code(output.name), typeOf(output), meaningOf(output)]),
    );
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
        `[${code(name)}](#${name.toLowerCase().replace(/[.[\]]/g, "")})`,
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
    const { onFailureChoices } = await import("../../provider/dist/core/inputs/fleet-inputs.js");
    /** @type {Readonly<Record<string, readonly string[]>>} */
    const choicesByType = {
        OnDegraded: inputs.onDegradedChoices,
        OnFailure: onFailureChoices,
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

/**
 * @param {Declaration} declaration
 * @param {string} className
 * @param {string} [level] The heading's.
 */
function methods(declaration, className, level = "###") {
    return declaration.methods.map((one) => method(one, className, level)).join("\n\n");
}

/**
 * @param {Method} method
 * @param {string} className
 * @param {string} level
 */
function method({ name, isStatic, parameterNames, paragraphs, parameters, tags }, className, level) {
    const called = name === "new" ? `new ${className}` : `${isStatic ? `${className}.` : ""}${name}`;
    const returned = tags.get("returns");
    return [
        `${level} ${code(`${called}(${parameterNames.join(", ")})`)}`,
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
