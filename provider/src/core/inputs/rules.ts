import { longestScript, scriptProblems } from "./script-text";
import { isUnknown } from "./unknown";

/** What is wrong with a value, for a person; empty when nothing is. The value itself is never quoted. */
type Rule = (value: unknown, path: string) => Broken[];

interface Broken {
    readonly input: string;
    readonly reason: string;
}

interface Field {
    readonly required: boolean;
    readonly rule: Rule;
}

/** The inputs of an object by name. Names that are not listed are refused: they are misspelt ones. */
export type Fields = Readonly<Record<string, Field>>;

export function required(rule: Rule): Field {
    return { required: true, rule };
}

export function optional(rule: Rule): Field {
    return { required: false, rule };
}

/** Inputs that no program gives. */
const computed: readonly string[] = ["resourceUrn", "organization", "openScripts"];

/** Holds an object against its fields. Names that begin with two underscores are the engine's own. */
export function check(expected: Fields, given: Readonly<Record<string, unknown>>, prefix = ""): Broken[] {
    const unexpected = Object.keys(given).filter(
        (name) => !Object.hasOwn(expected, name) && !name.startsWith("__"),
    );
    return [
        ...Object.entries(expected).flatMap(([name, field]) =>
            checkField(field, given[name], `${prefix}${name}`),
        ),
        ...unexpected.map((name) => ({
            input: `${prefix}${printable(name)}`,
            reason: `is not an input; there are ${Object.keys(expected)
                .filter((known) => !computed.includes(known))
                .join(", ")}`,
        })),
    ];
}

/** A name for a message: one that no rule is held against may be anything. */
export function printable(name: string): string {
    return /^\w{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 64));
}

function checkField(field: Field, value: unknown, path: string): Broken[] {
    if (value === undefined || value === null) {
        return field.required ? [{ input: path, reason: "is missing" }] : [];
    }
    return isUnknown(value) ? [] : field.rule(value, path);
}

export function text(): Rule {
    return (value, input) => (typeof value === "string" ? [] : [{ input, reason: "must be a string" }]);
}

export function matching(pattern: RegExp, rule: string): Rule {
    return (value, input) =>
        typeof value === "string" && pattern.test(value) ? [] : [{ input, reason: `must be ${rule}` }];
}

export function oneOf(choices: readonly string[]): Rule {
    return (value, input) =>
        typeof value === "string" && choices.includes(value)
            ? []
            : [{ input, reason: `must be one of ${choices.map((choice) => `"${choice}"`).join(", ")}` }];
}

export function boolean(): Rule {
    return (value, input) => (typeof value === "boolean" ? [] : [{ input, reason: "must be true or false" }]);
}

export function integer(least: number, most: number): Rule {
    return (value, input) =>
        typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
            ? []
            : [{ input, reason: `must be a whole number from ${least} to ${most}` }];
}

/** The API's rule for descriptions. Control characters and broken ones would not arrive as they are. */
export function description(): Rule {
    return (value, input) =>
        typeof value === "string" &&
        Array.from(value).length >= 2 &&
        Array.from(value).length <= 256 &&
        !/^https?:\/\//i.test(value) &&
        !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value)
            ? []
            : [
                  {
                      input,
                      reason: "must be 2 to 256 characters, none of them a control character such as a line break, and must not begin with http:// or https://",
                  },
              ];
}

export function list(item: Rule = () => []): Rule {
    return (value, input) =>
        Array.isArray(value)
            ? (value as unknown[]).flatMap((entry, index) =>
                  isUnknown(entry) ? [] : item(entry, `${input}[${index}]`),
              )
            : [{ input, reason: "must be a list" }];
}

export function distinctList(item: Rule, most: number): Rule {
    const each = list(item);
    return (value, input) => {
        if (Array.isArray(value) && value.length > most) {
            return [{ input, reason: `must have at most ${most} items` }];
        }
        const broken = each(value, input);
        const known = Array.isArray(value) ? (value as unknown[]).filter((entry) => !isUnknown(entry)) : [];
        return broken.length === 0 && new Set(known).size < known.length
            ? [{ input, reason: "must not contain duplicates" }]
            : broken;
    };
}

export function fields(expected: Fields): Rule {
    return (value, input) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
            ? check(expected, value as Readonly<Record<string, unknown>>, `${input}.`)
            : [{ input, reason: "must be an object" }];
}

/** The text of a script that is delivered and then run. */
export function script(): Rule {
    return (value, input) => {
        const tooLong = typeof value === "string" && Buffer.byteLength(value, "utf8") > longestScript;
        const reasons = [
            ...scriptProblems(value),
            ...(tooLong
                ? [`must have at most ${longestScript} bytes, the most that Cloud Assistant delivers`]
                : []),
        ];
        return reasons.map((reason) => ({ input, reason }));
    };
}
