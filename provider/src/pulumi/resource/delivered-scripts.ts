import * as pulumi from "@pulumi/pulumi";

import { textDigest } from "../../core/inputs/script-digest";
import { isObject } from "../../runtime/json";
import type { LinuxSnapshotArgs } from "./arguments";

type Linux = pulumi.Input<LinuxSnapshotArgs> | undefined;

/**
 * Returns a digest of the scripts' texts if nothing in `linux` is a secret. It tells the provider that they are not the
 * texts of a transform. The digest itself is a secret, because a short text could be guessed from it.
 */
export function openScripts(linux: Linux): pulumi.Output<string | undefined> | undefined {
    if (linux === undefined || !mayDeliver(linux)) {
        return undefined;
    }
    const given = pulumi.output<LinuxSnapshotArgs | null>(linux);
    const digest = pulumi
        .all([given, pulumi.isSecret(given)])
        .apply(([known, isSecret]) => (isSecret || !isObject(known) ? undefined : textDigest(known)));
    // An undefined digest is not a secret.
    return pulumi
        .unsecret(digest)
        .apply((known) =>
            known === undefined ? pulumi.output(known) : pulumi.secret<string | undefined>(known),
        );
}

/** Tells whether texts of scripts are given, or may be given by a value that is known only later. */
function mayDeliver(linux: Linux): boolean {
    if (!isObject(linux)) {
        return false;
    }
    return isLater(linux) || linux.preScript !== undefined || linux.postScript !== undefined;
}

/** Returns the options with the texts as secrets, which the engine encrypts in the state. */
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
