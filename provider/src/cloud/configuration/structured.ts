import { isObject } from "../../runtime/json";
import { filled, invalidSetting } from "./values";

/** A setting that is an object, with unchecked fields. */
export interface Block<Field extends string> {
    /** The setting's name, for errors. */
    readonly setting: string;
    readonly values: Readonly<Partial<Record<Field, unknown>>>;
}

/**
 * Parses JSON. The error never quotes the text, which may contain secrets.
 *
 * @param form an example, for the error.
 */
export function parseJson(setting: string, json: string, form: string): unknown {
    try {
        return JSON.parse(json) as unknown;
    } catch {
        throw invalidSetting(`${setting} is not JSON; it has the form ${form}`);
    }
}

/**
 * Reads an object with certain fields, or a list with one.
 *
 * @returns undefined if it is not set, null or an empty list.
 */
export function readBlock<Field extends string>(
    setting: string,
    json: string | undefined,
    fields: readonly Field[],
    form: string,
): Block<Field> | undefined {
    const parsed = json === undefined ? [] : parseJson(setting, json, form);
    const [values, ...more] = (Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]).filter(
        (item) => item !== null,
    );
    if (values === undefined) {
        return undefined;
    }
    if (more.length > 0 || typeof values !== "object" || Array.isArray(values)) {
        throw invalidSetting(`${setting} must be one object, of the form ${form}`);
    }
    const known: readonly string[] = fields;
    if (!Object.keys(values).every((name) => known.includes(name))) {
        // The name is not quoted: it may be a value in the wrong place.
        throw invalidSetting(`${setting} has an unknown field; the known fields are ${fields.join(", ")}`);
    }
    return { setting, values: values as Block<Field>["values"] };
}

/** Reads a field with text; an empty one counts as not set. */
export function textIn<Field extends string>(
    { setting, values }: Block<Field>,
    field: Field,
): string | undefined {
    const value = values[field] ?? undefined;
    // `pulumi config set --path` turns text that looks like a number, such as an external id, into one.
    const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
    if (text !== undefined && typeof text !== "string") {
        throw invalidSetting(`${setting}: its ${field} must be a string`);
    }
    return filled(text);
}

/**
 * Reads an object with any fields, all of which are texts. As in `textIn`, a number or a truth value is one that
 * `pulumi config set --path` has recognized in a text.
 *
 * @returns an empty object if it is not set.
 */
export function readTexts(
    setting: string,
    json: string | undefined,
    form: string,
): Readonly<Record<string, string>> {
    const parsed = json === undefined ? {} : parseJson(setting, json, form);
    if (!isObject(parsed) || !Object.values(parsed).every(isPlain)) {
        throw invalidSetting(`${setting} must be one object with a string for each key, of the form ${form}`);
    }
    if (!Object.values(parsed).every(isExact)) {
        throw invalidSetting(
            `${setting} has a number with more digits than JavaScript can read: write it as a string, in one object of the form ${form}`,
        );
    }
    return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
}

function isPlain(value: unknown): boolean {
    return ["string", "number", "boolean"].includes(typeof value);
}

/** Tells whether a number has kept all its digits. */
function isExact(value: unknown): boolean {
    return typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value);
}
