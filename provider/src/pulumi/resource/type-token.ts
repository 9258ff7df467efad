/* Separate from the resource classes, for modules that must not load @pulumi/pulumi. */

export const moduleName = "alicloud";
export const typeName = "AppConsistentSnapshot";

export const fleetTypeName = "AppConsistentSnapshotFleet";

/** The type tokens of the resources, as they appear in URNs and states. */
export const typeToken = `pulumi-nodejs:dynamic/${moduleName}:${typeName}`;
export const fleetTypeToken = `pulumi-nodejs:dynamic/${moduleName}:${fleetTypeName}`;

/** Tells whether an object is a resource of a type, created by this or another copy of the package. */
export function isOfType(object: unknown, type: string): boolean {
    return (
        typeof object === "object" &&
        object !== null &&
        "__pulumiType" in object &&
        object.__pulumiType === type
    );
}
