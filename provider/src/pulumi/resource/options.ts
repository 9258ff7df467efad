import type * as pulumi from "@pulumi/pulumi";

/**
 * Refuses a provider: the engine would send the resource to it, and it does not know this type. This resource does not
 * inherit the provider of a component, which may have one for its other children.
 *
 * @param resource its type and its name, for the error.
 * @throws Error that says what to set instead.
 */
export function checkOptions(
    resource: string,
    options: pulumi.CustomResourceOptions & Pick<pulumi.ComponentResourceOptions, "providers"> = {},
): void {
    const given = (["provider", "providers"] as const).find((option) => options[option] !== undefined);
    if (given !== undefined) {
        throw new Error(
            `${resource}: the option ${given} can't be used, because the call would go to a provider ` +
                "that does not know this resource. For another region set regionId. Credentials and endpoint come from " +
                "the stack's configuration (alicloud:accessKey, alicloud:profile, …) or the environment, so another " +
                "account needs another stack.",
        );
    }
}
