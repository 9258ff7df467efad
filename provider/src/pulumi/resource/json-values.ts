import * as pulumi from "@pulumi/pulumi";

import { printable } from "../../runtime/text";

/**
 * Checks that JSON can represent all inputs. The SDK would silently turn other values into an empty object or null: a
 * `Date` among the triggers would never change.
 *
 * @param resource its type and its name, for the error.
 * @returns the inputs, in which outputs and promises are checked once they are known; a wrong one fails the preview or
 * the update.
 * @throws Error that names each wrong value, and what to write instead.
 */
export function jsonValues<Inputs extends object>(resource: string, inputs: Inputs): Inputs {
    return inspected(resource, (inspection) => ofObject(inputs, "", [inputs], inspection)) as Inputs;
}

/** An inspection of values that are known at the same time. */
interface Inspection {
    readonly resource: string;
    /** A phrase for each wrong value. */
    readonly found: string[];
}

function inspected<T>(resource: string, inspect: (inspection: Inspection) => T): T {
    const found: string[] = [];
    const result = inspect({ resource, found });
    if (found.length > 0) {
        throw new Error(`${resource}: ${found.join("; ")}.`);
    }
    return result;
}

function checked(value: unknown, position: Position, inspection: Inspection): unknown {
    const later = (known: unknown): unknown =>
        inspected(inspection.resource, (another) => checked(known, position, another));
    if (pulumi.Output.isInstance(value)) {
        return value.apply(later);
    }
    if (value instanceof Promise) {
        return value.then(later);
    }
    const problem = problemOf(value, position);
    if (problem !== undefined) {
        inspection.found.push(`${position.path} ${problem}`);
        return value;
    }
    const within = [...position.within, value];
    if (Array.isArray(value)) {
        // Unlike map, Array.from visits holes.
        return Array.from(value as unknown[], (item, index) =>
            checked(item, { path: `${position.path}[${index}]`, inList: true, within }, inspection),
        );
    }
    return typeof value === "object" && value !== null
        ? ofObject(value, `${position.path}.`, within, inspection)
        : value;
}

function ofObject(
    value: object,
    prefix: string,
    within: readonly unknown[],
    inspection: Inspection,
): Record<string, unknown> {
    if (Object.hasOwn(value, "__proto__")) {
        inspection.found.push(
            `${prefix}__proto__ has a name that gets lost in Pulumi's SDK: use another one`,
        );
    }
    return Object.fromEntries(
        Object.entries(value).map(([key, item]: [string, unknown]) => [
            key,
            checked(item, { path: `${prefix}${printable(key)}`, inList: false, within }, inspection),
        ]),
    );
}

interface Position {
    /** A path such as `triggers[0].version`. */
    readonly path: string;
    readonly inList: boolean;
    /** The lists and objects that contain the value. */
    readonly within: readonly unknown[];
}

/** Says why JSON can't represent a value, apart from its contents, and what to write instead; undefined if it can. */
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

/** Recognizes plain objects of other realms too, such as a test runner's. */
function isPlain(value: object): boolean {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function nameOf(value: object): string {
    const { constructor }: { readonly constructor?: unknown } = value;
    const name: unknown = typeof constructor === "function" ? constructor.name : "";
    return typeof name !== "string" || name === "" ? "of a class" : `of class ${printable(name)}`;
}
