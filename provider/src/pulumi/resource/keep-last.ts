import * as pulumi from "@pulumi/pulumi";

interface KeepLast {
    readonly keepLast?: pulumi.Input<number> | undefined;
}

/**
 * Warns that `keepLast` has no effect without `retainOnDelete`.
 *
 * @param deleting who deletes a snapshot as soon as there is a new one.
 */
export function warnOfKeepLast(
    resource: pulumi.Resource,
    { keepLast }: KeepLast,
    options: pulumi.CustomResourceOptions | undefined,
    deleting: string,
): void {
    if (keepLast !== undefined && options?.retainOnDelete !== true) {
        void pulumi.log.warn(
            `keepLast has no effect without the option retainOnDelete: true, because ${deleting} deletes each replaced snapshot itself.`,
            resource,
        );
    }
}
