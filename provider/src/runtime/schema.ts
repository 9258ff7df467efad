import { isObject } from "./json";
import { printable } from "./text";

/**
 * Tells whether a value has a form, and reports everything that is wrong with it. No problem quotes the value, which may
 * be a secret.
 */
export type Schema<Value> = (value: unknown, report: Report) => value is Value;

export type ValueOf<S> = S extends Schema<infer Value> ? Value : never;

export interface Problem {
    /** Such as `linux.preScriptPath` or `excludeDiskIds[2]`; empty for the value as a whole. */
    readonly path: string;
    /** The rule that is broken, for a person. */
    readonly reason: string;
}

export interface Terms {
    /** The word for a name in an object, such as "an option". */
    readonly noun: string;
    /** Names that are accepted, but not listed when another one is refused. Default: none. */
    readonly unlisted?: readonly string[];
    /** Tells whether a value is not known yet; such a value passes every rule. Default: all are known. */
    readonly isUnknown?: (value: unknown) => boolean;
}

/** Collects the problems of a value and of all that is in it. */
export class Report {
    constructor(
        readonly terms: Terms,
        readonly path = "",
        readonly problems: Problem[] = [],
    ) {}

    /** Returns the same report, for the value at another path. */
    at(path: string): Report {
        return new Report(this.terms, path, this.problems);
    }

    refuse(reason: string): false {
        this.problems.push({ path: this.path, reason });
        return false;
    }

    passes(schema: Schema<unknown>, value: unknown): boolean {
        return this.terms.isUnknown?.(value) === true || schema(value, this);
    }
}

/** Returns all problems of a value. */
export function problemsOf(schema: Schema<unknown>, value: unknown, terms: Terms): readonly Problem[] {
    const report = new Report(terms);
    report.passes(schema, value);
    return report.problems;
}

function rule<Value>(isRight: (value: unknown) => value is Value, reason: string): Schema<Value> {
    return (value, report): value is Value => isRight(value) || report.refuse(reason);
}

export const text = rule((value) => typeof value === "string", "must be a string");

export const boolean = rule((value) => typeof value === "boolean", "must be true or false");

export const anyList = rule((value): value is readonly unknown[] => Array.isArray(value), "must be a list");

/** @param longest in characters, if the pattern has no limit of its own. */
export function matching(pattern: RegExp, form: string, longest = Infinity): Schema<string> {
    return rule(
        (value): value is string =>
            typeof value === "string" && value.length <= longest && pattern.test(value),
        `must be ${form}`,
    );
}

export function oneOf<Choice extends string>(choices: readonly Choice[]): Schema<Choice> {
    return rule(
        (value): value is Choice => choices.some((choice) => choice === value),
        `must be one of ${choices.map((choice) => `"${choice}"`).join(", ")}`,
    );
}

export function integer(least: number, most: number): Schema<number> {
    return rule(
        (value): value is number =>
            typeof value === "number" && Number.isInteger(value) && value >= least && value <= most,
        `must be a whole number from ${least} to ${most}`,
    );
}

export function list<Item>(item: Schema<Item>): Schema<readonly Item[]> {
    return (value, report): value is readonly Item[] =>
        anyList(value, report) &&
        value.map((entry, index) => report.at(`${report.path}[${index}]`).passes(item, entry)).every(Boolean);
}

export function distinctList<Item>(item: Schema<Item>, most: number): Schema<readonly Item[]> {
    const each = list(item);
    return (value, report): value is readonly Item[] => {
        if (Array.isArray(value) && value.length > most) {
            return report.refuse(`must have at most ${most} items`);
        }
        if (!each(value, report)) {
            return false;
        }
        const known = value.filter((entry) => report.terms.isUnknown?.(entry) !== true);
        return new Set(known).size === known.length || report.refuse("must not contain duplicates");
    };
}

type Fields = Readonly<Record<string, Schema<unknown>>>;
type RequiredOf<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> };
type OptionalOf<F extends Fields> = { readonly [Name in keyof F]?: ValueOf<F[Name]> };

/** An object with the required fields and any of the optional ones. Other names are refused, as misspelt. */
export function object<Required extends Fields, Optional extends Fields>(
    required: Required,
    optional: Optional,
): Schema<RequiredOf<Required> & OptionalOf<Optional>> {
    const known = { ...required, ...optional };
    const fields: readonly (readonly [string, Schema<unknown>])[] = Object.entries(known);
    return (value, report): value is RequiredOf<Required> & OptionalOf<Optional> => {
        if (!isObject(value)) {
            return report.refuse("must be an object");
        }
        const at = (name: string): Report => report.at(report.path === "" ? name : `${report.path}.${name}`);
        const { noun, unlisted = [] } = report.terms;
        const listed = (): string =>
            Object.keys(known)
                .filter((name) => !unlisted.includes(name))
                .join(", ");
        return [
            ...fields.map(([name, schema]) =>
                value[name] === undefined
                    ? !Object.hasOwn(required, name) || at(name).refuse("is missing")
                    : at(name).passes(schema, value[name]),
            ),
            ...Object.keys(value)
                .filter((name) => !Object.hasOwn(known, name))
                .map((name) => at(printable(name)).refuse(`is not ${noun}; there are ${listed()}`)),
        ].every(Boolean);
    };
}

/** An object all of whose fields are optional. */
export function partial<Optional extends Fields>(fields: Optional): Schema<OptionalOf<Optional>> {
    return object({}, fields);
}
