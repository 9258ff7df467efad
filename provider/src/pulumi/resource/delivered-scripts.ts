import * as pulumi from "@pulumi/pulumi";
import { textDigest } from "../../core/inputs/script-digest";
import type { LinuxSnapshotArgs } from "./arguments";

type Linux = pulumi.Input<LinuxSnapshotArgs> | undefined;

/**
 * A digest of the texts where they are given, and nothing beside them as a secret; itself one, because a text could be
 * guessed by it. By it the provider tells them from texts that were secrets, or that a transform supplied.
 */
export function openScripts(linux: Linux): pulumi.Output<string | undefined> | undefined {
    if (linux === undefined || !mayDeliver(linux)) {
        return undefined;
    }
    const given = pulumi.output<LinuxSnapshotArgs | null>(linux);
    const digest = pulumi
        .all([given, pulumi.isSecret(given)])
        .apply(([known, isSecret]) => (isSecret || !isObject(known) ? undefined : textDigest(known)));
    // No digest is no secret.
    return pulumi
        .unsecret(digest)
        .apply((known) =>
            known === undefined ? pulumi.output(known) : pulumi.secret<string | undefined>(known),
        );
}

/** Whether the texts of scripts are given, or may be: what is known only later may hold some. */
function mayDeliver(linux: Linux): boolean {
    if (!isObject(linux)) {
        return false;
    }
    return isLater(linux) || linux.preScript !== undefined || linux.postScript !== undefined;
}

/** The same, with the texts as secrets: the engine keeps all inputs in the state, and these encrypted then. */
export function withSecretScripts(linux: pulumi.Input<LinuxSnapshotArgs>): pulumi.Input<LinuxSnapshotArgs> {
    return isLater(linux) ? pulumi.output(linux).apply(secretScripts) : secretScripts(linux);
}

function secretScripts<Scripts extends object>(linux: Scripts): Scripts {
    if (!isObject(linux)) {
        return linux;
    }
    return Object.fromEntries(
        Object.entries(linux).map(([name, value]: [string, unknown]) => [
            name,
            (name === "preScript" || name === "postScript") && value !== undefined
                ? pulumi.secret(value)
                : value,
        ]),
    ) as Scripts;
}

function isLater(linux: NonNullable<Linux>): linux is Exclude<NonNullable<Linux>, LinuxSnapshotArgs> {
    return pulumi.Output.isInstance(linux) || (isObject(linux) && "then" in linux);
}

/** What is none, as a program without types may give it, is left to the check, which says so. */
function isObject(value: unknown): value is object {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
