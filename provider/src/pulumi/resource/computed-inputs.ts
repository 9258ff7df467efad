import * as pulumi from "@pulumi/pulumi";

import { defaultOrganization } from "../../core/run/run";
import type { LinuxSnapshotArgs } from "./arguments";
import { timeoutOf } from "./custom-timeouts";
import { openScripts, withSecretScripts } from "./delivered-scripts";

/**
 * Returns the inputs of a resource with those that its constructor computes, and with the texts of scripts as secrets.
 *
 * @param type the resource's type token.
 */
export function withComputedInputs(
    type: string,
    name: string,
    inputs: { readonly linux?: pulumi.Input<LinuxSnapshotArgs> },
    options: pulumi.CustomResourceOptions = {},
): Record<string, unknown> {
    const { linux } = inputs;
    return {
        timeoutSeconds: timeoutOf(options.customTimeouts?.create),
        ...inputs,
        ...(linux === undefined ? {} : { linux: withSecretScripts(linux) }),
        // The methods of a dynamic provider do not receive the URN, which messages and fingerprints need.
        resourceUrn: pulumi.createUrn(name, type, options.parent),
        organization: organization(),
        openScripts: openScripts(linux),
    };
}

/** Returns the stack's organization, or the default name where Pulumi gives none, as in a test. */
function organization(): string {
    try {
        return pulumi.getOrganization();
    } catch {
        return defaultOrganization;
    }
}
