import { filled, type ConfigReader } from "./values";

/**
 * What becomes of a key of @pulumi/alicloud's provider configuration.
 * - "used": it means here what it means there.
 * - "refused": it changes who calls, or how the cloud is reached, and there is no way to follow it here. It is an error
 *   wherever it asks for something else than what is done anyway.
 * - "ignored": it has no bearing on who calls, in which region or at which endpoint.
 */
export type Treatment = "used" | "refused" | "ignored";

/**
 * All keys, as of @pulumi/alicloud 3.108.0. One that is not looked at may have the calls made as somebody else, so none
 * is missing here.
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
} as const satisfies Readonly<Record<string, Treatment>>;

type Keys = typeof alicloudKeys;

/** The keys that are read. */
export type ReadKey = { [Key in keyof Keys]: Keys[Key] extends "ignored" ? never : Key }[keyof Keys];

/** Reads a key of @pulumi/alicloud's; one that is empty counts as not set. */
export type AlicloudReader = (key: ReadKey) => string | undefined;

export function alicloudReader(config: ConfigReader): AlicloudReader {
    return (key) => filled(config(`alicloud:${key}`));
}
