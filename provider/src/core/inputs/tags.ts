import { isObject } from "../../runtime/json";
import { Report, type Schema } from "../../runtime/schema";
import { printable } from "../../runtime/text";
import type { InputFailure } from "./input-failure";
import { withoutNulls } from "./plain";
import { isUnknown } from "./unknown";

/** Tags of snapshots, by key. */
export type SnapshotTags = Readonly<Record<string, string>>;

/**
 * The most tags of a program. The API accepts 20 for each snapshot, of which the plugin needs one or two and this
 * package up to four.
 */
export const mostTags = 14;

const longest = 128;

/** Keys of this package, of the plugin, and of the cloud itself. */
const reservedKey = /^(?:app-snapshot:|appconsistent$|fsconsistent$|acs:|aliyun)/i;

const address = /https?:\/\//i;

/** Control characters and lone surrogates would not arrive unchanged. */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** The API's rules for tags, and that no tag has the key of another one's owner. */
export const tags: Schema<SnapshotTags> = (value, report): value is SnapshotTags => {
    if (!isObject(value)) {
        return report.refuse('must be an object with a string for each key, such as { team: "payments" }');
    }
    const keys = Object.keys(value);
    const problem = problemOfKeys(keys);
    if (problem !== undefined) {
        return report.refuse(problem);
    }
    return keys
        .map((key) => {
            const at = report.at(`${report.path}.${printable(key)}`);
            const reasons = [keyProblem(key), isUnknown(value[key]) ? undefined : valueProblem(value[key])];
            return reasons.every((reason) => reason === undefined || at.refuse(reason));
        })
        .every(Boolean);
};

/** Returns what is wrong with the keys of a resource's tags together; undefined if nothing is. */
export function problemOfKeys(keys: readonly string[]): string | undefined {
    if (keys.length > mostTags) {
        return `has ${keys.length} tags, inherited ones included, but a snapshot may have at most ${mostTags}`;
    }
    const alike = keys.find((key, index) => keys.slice(0, index).some((other) => isAlike(other, key)));
    return alike === undefined
        ? undefined
        : `has keys, inherited ones included, that differ in case only: ${keys
              .filter((key) => isAlike(key, alike))
              .map(printable)
              .join(" and ")}`;
}

function isAlike(one: string, other: string): boolean {
    return one.toLowerCase() === other.toLowerCase();
}

function keyProblem(key: string): string | undefined {
    if (key === "" || key.length > longest || address.test(key) || unprintable.test(key)) {
        return `must have a key of 1 to ${longest} characters, none of them a control character, without http:// or https://`;
    }
    if (key === "__proto__") {
        return "has a key that gets lost on its way through Pulumi's SDK: use another one";
    }
    return reservedKey.test(key)
        ? "has a key that is reserved: app-snapshot:…, APPConsistent, FsConsistent, acs:… and aliyun… can't be set"
        : undefined;
}

function valueProblem(value: unknown): string | undefined {
    return typeof value === "string" &&
        value.length <= longest &&
        !address.test(value) &&
        !value.startsWith("acs:") &&
        !unprintable.test(value)
        ? undefined
        : `must be a string of at most ${longest} characters, none of them a control character, without http:// or https://, and not beginning with acs:`;
}

/**
 * Returns the tags of a resource, or of an instance of a fleet, with those that it inherits. A tag of its own replaces
 * the inherited one with the same key. As long as a part is unknown, the whole is.
 */
export function withInheritedTags<Tags extends SnapshotTags | undefined>(
    inherited: Tags,
    own: SnapshotTags | undefined,
): SnapshotTags | Tags {
    if (own === undefined || isUnknown(inherited)) {
        return inherited;
    }
    return isUnknown(own) ? own : { ...inherited, ...own };
}

/** Returns everything that is wrong with the default tags of a stack. */
export function checkDefaultTags(defaultTags: SnapshotTags): InputFailure[] {
    const report = new Report({ noun: "a tag" });
    tags(defaultTags, report);
    return report.problems.map(({ path, reason }) => ({
        input: `alicloud-app-snapshot:defaultTags${path}`,
        reason: `${reason}; it is in the stack's configuration`,
    }));
}

/**
 * Returns the inputs of any resource, as the engine passes them, with the default tags of the stack. A null stands for a
 * tag that the resource does not set.
 */
export function withDefaultTags(
    inputs: Record<string, unknown>,
    defaultTags: SnapshotTags,
): Record<string, unknown> {
    const own = inputs["tags"] ?? undefined;
    const isMergeable = own === undefined || isObject(own);
    return Object.keys(defaultTags).length > 0 && isMergeable
        ? { ...inputs, tags: { ...defaultTags, ...(own === undefined ? {} : withoutNulls(own)) } }
        : inputs;
}
