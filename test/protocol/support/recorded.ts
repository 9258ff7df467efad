import type { LinuxInputs } from "../../../provider/src/core/inputs/inputs";
import { textDigest } from "../../../provider/src/core/inputs/script-digest";
import { timeoutOf } from "../../../provider/src/pulumi/resource/custom-timeouts";
import { fleetTypeToken, typeToken } from "../../../provider/src/pulumi/resource/type-token";
import { fleetShimText, shimText } from "../../golden/support/golden";
import type { TestResource } from "../../support/stack/test-stack";
import type { Kept, Values } from "./provider-process";

/** A resource in the engine's state. */
export interface Recorded {
    readonly name: string;
    readonly type: string;
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
    readonly type: string;
    readonly urn: string;
    readonly inputs: Values;
    readonly retained: boolean;
    /** The earlier URNs of the resource. */
    readonly aliases: readonly string[];
    /** Look this id up instead of creating. */
    readonly get: string | undefined;
}

export function urnOf(stackName: string, name: string, type = typeToken): string {
    return `urn:pulumi:${stackName}::program::${type}::${name}`;
}

/** Converts a program's arguments as the resource class does, as far as these tests need it. */
export function wanted(
    { name, type: kind, args = {}, get, lookUp, linuxBy, parent, options = {} }: TestResource,
    stackName: string,
): Wanted {
    const { retainOnDelete, customTimeouts, aliases, ...others } = options;
    const { create } = (customTimeouts ?? {}) as { readonly create?: string };
    if (
        linuxBy !== undefined ||
        lookUp !== undefined ||
        parent !== undefined ||
        Object.keys(others).some((name) => name !== "protect")
    ) {
        throw new Error(`${name}: that takes the real engine`);
    }
    const isFleet = kind === "fleet";
    const type = isFleet ? fleetTypeToken : typeToken;
    const urn = urnOf(stackName, name, type);
    return {
        name,
        type,
        urn,
        inputs: stored({
            timeoutSeconds: timeoutOf(create),
            ...args,
            resourceUrn: urn,
            organization: "organization",
            openScripts: textDigest(args["linux"] as LinuxInputs | undefined),
            ...(isFleet ? fleetInputs(args, retainOnDelete === true) : {}),
            __provider: isFleet ? fleetShimText : shimText,
        }),
        retained: retainOnDelete === true,
        aliases: ((aliases ?? []) as readonly { readonly name: string }[]).map((alias) =>
            urnOf(stackName, alias.name, type),
        ),
        get,
    };
}

/** Returns the inputs that only the constructor of a fleet computes. */
function fleetInputs({ instances }: Values, retainOnDelete: boolean): Values {
    const list = instances as readonly Values[] | undefined;
    return {
        retainOnDelete,
        ...(list === undefined
            ? {}
            : {
                  instances: list.map((instance) => ({
                      ...instance,
                      openScripts: textDigest(instance["linux"] as LinuxInputs | undefined),
                  })),
              }),
    };
}

export function recorded({ name, type, urn, inputs, retained, get }: Wanted, kept: Kept): Recorded {
    return {
        name,
        type,
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
