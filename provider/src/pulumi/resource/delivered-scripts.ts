import * as pulumi from "@pulumi/pulumi";

import { textDigest } from "../../core/inputs/script-digest";
import { isObject } from "../../runtime/json";
import type { LinuxSnapshotArgs } from "./arguments";
import type { FleetInstanceArgs } from "./fleet-arguments";

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

/**
 * Returns the instances of a fleet with the texts of their own scripts as secrets, each with its own digest of open
 * ones.
 */
export function withSecretInstances(
    instances: pulumi.Input<pulumi.Input<FleetInstanceArgs>[]>,
): pulumi.Input<unknown> {
    return Array.isArray(instances) ? instances.map(whenKnown) : whenKnown(instances);
}

/** Treats an instance, or a whole list, as soon as it is known; it is known to be a secret only then. */
function whenKnown(value: unknown): unknown {
    if (!isLater(value)) {
        return secretInstance(value, false);
    }
    const given = pulumi.output(value) as pulumi.Output<unknown>;
    const secrecy = pulumi.isSecret(given);
    return given.apply(async (known) => {
        const isSecret = await secrecy;
        return Array.isArray(known)
            ? known.map((entry: unknown) => secretInstance(entry, isSecret))
            : secretInstance(known, isSecret);
    });
}

function secretInstance(entry: unknown, isSecret: boolean): unknown {
    if (!isObject(entry) || entry["linux"] === undefined) {
        return entry;
    }
    const linux = entry["linux"] as pulumi.Input<LinuxSnapshotArgs>;
    return {
        ...entry,
        linux: withSecretScripts(linux),
        ...(isSecret ? {} : { openScripts: openScripts(linux) }),
    };
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

/** Recognizes outputs and promises. */
function isLater(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
    return pulumi.Output.isInstance(value) || (isObject(value) && "then" in value);
}
