import type { LinuxInputs } from "../../../provider/src/core/inputs/inputs";
import { textDigest } from "../../../provider/src/core/inputs/script-digest";
import { timeoutOf } from "../../../provider/src/pulumi/resource/custom-timeouts";
import type { TestResource } from "../../support/stack/test-stack";
import type { Kept, Values } from "./provider-process";

/** A resource in the engine's state. */
export interface Recorded {
    readonly name: string;
    readonly urn: string;
    readonly id: string;
    readonly inputs: Values;
    readonly outputs: Values;
    /** The reasons why its creation or update failed half-way; then the next update is asked to finish it. */
    readonly initErrors: readonly string[];
    /** Tells whether the resource was looked up, not created. */
    readonly external: boolean;
    /** Tells whether the snapshot stays when the resource is removed from the program. */
    readonly retained: boolean;
}

/** A resource that the program requests. */
export interface Wanted {
    readonly name: string;
    readonly urn: string;
    readonly inputs: Values;
    readonly retained: boolean;
    /** The earlier URNs of the resource. */
    readonly aliases: readonly string[];
    /** Look this id up instead of creating. */
    readonly get: string | undefined;
}

const type = "pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot";

export function urnOf(stackName: string, name: string): string {
    return `urn:pulumi:${stackName}::program::${type}::${name}`;
}

/** Converts a program's arguments as the resource class does, as far as these tests need it. */
export function wanted(
    { name, args = {}, get, linuxBy, parent, options = {} }: TestResource,
    stackName: string,
    shim: string,
): Wanted {
    const { retainOnDelete, customTimeouts, aliases, ...others } = options;
    const { create } = (customTimeouts ?? {}) as { readonly create?: string };
    if (
        linuxBy !== undefined ||
        parent !== undefined ||
        Object.keys(others).some((name) => name !== "protect")
    ) {
        throw new Error(`${name}: that takes the real engine`);
    }
    const urn = urnOf(stackName, name);
    return {
        name,
        urn,
        inputs: stored({
            timeoutSeconds: timeoutOf(create),
            ...args,
            resourceUrn: urn,
            organization: "organization",
            openScripts: textDigest(args["linux"] as LinuxInputs | undefined),
            __provider: shim,
        }),
        retained: retainOnDelete === true,
        aliases: ((aliases ?? []) as readonly { readonly name: string }[]).map((alias) =>
            urnOf(stackName, alias.name),
        ),
        get,
    };
}

export function recorded({ name, urn, inputs, retained, get }: Wanted, kept: Kept): Recorded {
    return {
        name,
        urn,
        inputs,
        retained,
        id: kept.id,
        outputs: stored(kept.outputs),
        initErrors: kept.reasons,
        external: get !== undefined,
    };
}

/** Returns values as they are read back from the state. */
function stored(values: Values): Values {
    return JSON.parse(JSON.stringify(values)) as Values;
}
