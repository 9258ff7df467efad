import * as pulumi from "@pulumi/pulumi";
import { printable } from "../../core/inputs/rules";

/**
 * Inputs that hold nothing but what JSON can carry to the engine. Of anything else the SDK would make an empty object or
 * null without a word: a `Date` among the triggers would never change.
 *
 * @returns the same, in which what is known only later is looked at then; an output fails then, and with it the preview
 * or the update.
 * @throws Error that names each value of another kind, and what to write instead.
 */
export function jsonValues<Inputs extends object>(resource: string, inputs: Inputs): Inputs {
    return inspected(resource, (inspection) => ofObject(inputs, "", [inputs], inspection)) as Inputs;
}

/** One look at values that are known at the same time. */
interface Inspection {
    readonly resource: string;
    /** A phrase for each value that can't be carried. */
    readonly found: string[];
}

function inspected<T>(resource: string, look: (inspection: Inspection) => T): T {
    const found: string[] = [];
    const result = look({ resource, found });
    if (found.length > 0) {
        throw new Error(`AppConsistentSnapshot ${resource}: ${found.join("; ")}.`);
    }
    return result;
}

function checked(value: unknown, place: Position, inspection: Inspection): unknown {
    const later = (known: unknown): unknown =>
        inspected(inspection.resource, (another) => checked(known, place, another));
    if (pulumi.Output.isInstance(value)) {
        return value.apply(later);
    }
    if (value instanceof Promise) {
        return value.then(later);
    }
    const problem = problemOf(value, place);
    if (problem !== undefined) {
        inspection.found.push(`${place.path} ${problem}`);
        return value;
    }
    const within = [...place.within, value];
    if (Array.isArray(value)) {
        // Not with map, which passes over holes.
        return Array.from(value as unknown[], (item, index) =>
            checked(item, { path: `${place.path}[${index}]`, inList: true, within }, inspection),
        );
    }
    return typeof value === "object" && value !== null
        ? ofObject(value, `${place.path}.`, within, inspection)
        : value;
}

function ofObject(
    value: object,
    prefix: string,
    within: readonly unknown[],
    inspection: Inspection,
): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(value).map(([key, item]: [string, unknown]) => [
            key,
            checked(item, { path: `${prefix}${printable(key)}`, inList: false, within }, inspection),
        ]),
    );
}

interface Position {
    /** Such as `triggers[0].version`. */
    readonly path: string;
    readonly inList: boolean;
    /** The lists and objects that the value is in. */
    readonly within: readonly unknown[];
}

/** Why JSON can't carry a value, whatever may be in it, and what to write instead; undefined where it can. */
function problemOf(value: unknown, { inList, within }: Position): string | undefined {
    switch (typeof value) {
        case "undefined":
            return inList ? "is undefined, in a list: write null, or omit it" : undefined;
        case "number":
            return Number.isFinite(value) ? undefined : `is ${value}: write a finite number, or a string`;
        case "bigint":
            return "is a bigint: write it as a string, String(value)";
        case "symbol":
            return "is a symbol: write a string";
        case "function":
            return "is a function: write what it returns";
        case "object":
            return value === null ? undefined : problemOfObject(value, within);
        default:
            return undefined;
    }
}

function problemOfObject(value: object, within: readonly unknown[]): string | undefined {
    if (within.includes(value)) {
        return "contains itself: write only the values that matter";
    }
    if (Array.isArray(value) || isPlain(value)) {
        return undefined;
    }
    if (pulumi.Resource.isInstance(value)) {
        return "is a resource: write its id, or another output of it";
    }
    const instead = ArrayBuffer.isView(value)
        ? 'its bytes as a string, such as buffer.toString("base64")'
        : (insteadOf[Object.prototype.toString.call(value)] ??
          "a string or a plain object with the values that matter");
    return `is ${nameOf(value)}: write ${instead}`;
}

const insteadOf: Readonly<Record<string, string>> = {
    "[object Date]": "it as a string, such as new Date().toISOString()",
    "[object Map]": "Object.fromEntries(map)",
    "[object Set]": "[...set]",
};

/** Also where the object is of another realm, as in a test runner that has its own global objects. */
function isPlain(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: object): string {
    const { constructor }: { readonly constructor?: unknown } = value;
    const name: unknown = typeof constructor === "function" ? constructor.name : "";
    return typeof name !== "string" || name === "" ? "of a class" : `of class ${printable(name)}`;
}
