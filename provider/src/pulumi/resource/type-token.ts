/* Apart from the resource class, for what must not load @pulumi/pulumi. */

export const moduleName = "alicloud";
export const typeName = "AppConsistentSnapshot";

/** The type token of the resource, as it stands in URNs and states. */
export const typeToken = `pulumi-nodejs:dynamic/${moduleName}:${typeName}`;
