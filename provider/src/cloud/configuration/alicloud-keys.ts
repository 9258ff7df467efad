import { type ConfigReader, filled } from "./values";

/**
 * The handling of a key of @pulumi/alicloud's provider configuration.
 * - "used": it means the same here.
 * - "refused": it changes the caller, or the connection to the cloud, and is not supported here. It is an error unless
 *   its value makes no difference.
 * - "ignored": it affects neither the caller nor the region or the endpoint.
 */
export type Handling = "used" | "refused" | "ignored";

/**
 * All keys, as of @pulumi/alicloud 3.108.0. The list must be complete: if a key were overlooked, the calls might be
 * made as another caller.
 */
export const alicloudKeys = {
    accessKey: "used",
    secretKey: "used",
    securityToken: "used",
    profile: "used",
    credentialsUri: "used",
    ecsRoleName: "used",
    assumeRole: "used",
    assumeRoleWithOidc: "used",
    region: "used",
    endpoints: "used",

    sharedCredentialsFile: "refused",
    protocol: "refused",
    sourceIp: "refused",
    secureTransport: "refused",
    securityTransport: "refused",

    accountId: "ignored",
    accountType: "ignored",
    clientConnectTimeout: "ignored",
    clientReadTimeout: "ignored",
    configurationSource: "ignored",
    fc: "ignored",
    features: "ignored",
    logEndpoint: "ignored",
    maxRetryTimeout: "ignored",
    mnsEndpoint: "ignored",
    otsInstanceName: "ignored",
    signVersion: "ignored",
    skipRegionValidation: "ignored",
} as const satisfies Readonly<Record<string, Handling>>;

type Keys = typeof alicloudKeys;

/** The keys that are read. */
export type ReadKey = { [Key in keyof Keys]: Keys[Key] extends "ignored" ? never : Key }[keyof Keys];

/** Reads a key of @pulumi/alicloud; an empty one counts as not set. */
export type AlicloudReader = (key: ReadKey) => string | undefined;

export function alicloudReader(config: ConfigReader): AlicloudReader {
    return (key) => filled(config(`alicloud:${key}`));
}
