/* Separate from the resource class, for modules that must not load @pulumi/pulumi. */

export const moduleName = "alicloud";
export const typeName = "AppConsistentSnapshot";

/** The type token of the resource, as it appears in URNs and states. */
export const typeToken = `pulumi-nodejs:dynamic/${moduleName}:${typeName}`;
