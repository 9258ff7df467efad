import { type Block, readBlock, textIn } from "./structured";
import { type Environment, filled, firstOf, invalidSetting } from "./values";

/** A RAM role to assume. */
export interface AssumedRole {
    readonly roleArn: string;
    /** The session's name in the cloud's audit log. */
    readonly sessionName: string;
    /** The lifetime of the temporary credentials, in seconds; they are renewed earlier. */
    readonly sessionSeconds: number;
    /** A policy that narrows the role's permissions. Default: none. */
    readonly policy?: string;
    /** The external id that the role's trust policy may require. Default: none. */
    readonly externalId?: string;
}

/** A RAM role to assume with the token of an identity provider. */
export interface OidcRole extends Omit<AssumedRole, "externalId"> {
    readonly providerArn: string;
    /** The path of the file with the token, which is read at each renewal. */
    readonly tokenFile: string;
}

export const defaultSessionName = "pulumi-alicloud-app-snapshot";
export const defaultSessionSeconds = 3_600;

const form = '{"roleArn": "acs:ram::<account id>:role/<name>"}';

/**
 * Reads alicloud:assumeRole; the environment supplies missing fields.
 *
 * @returns undefined if the key is not set: the environment alone assumes no role.
 */
export function assumedRole(json: string | undefined, environment: Environment): AssumedRole | undefined {
    const fields = ["roleArn", "sessionName", "policy", "sessionExpiration", "externalId"] as const;
    const block = readBlock("alicloud:assumeRole", json, fields, form);
    if (block === undefined) {
        return undefined;
    }
    const externalId = textIn(block, "externalId");
    const [roleArn = ""] = requiredTexts(block, environment, [
        { field: "roleArn", variables: ["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"] },
    ]);
    return {
        roleArn: checkedRoleArn(block.setting, roleArn),
        sessionName: sessionName(block.setting, "sessionName", [
            textIn(block, "sessionName"),
            firstOf(environment, ["ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"]),
        ]),
        sessionSeconds:
            sessionSecondsIn(block) ??
            seconds(
                environment["ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION"],
                "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION",
            ) ??
            defaultSessionSeconds,
        ...policyIn(block),
        ...(externalId === undefined ? {} : { externalId }),
    };
}

/** Reads alicloud:assumeRoleWithOidc, likewise. */
export function oidcRole(json: string | undefined, environment: Environment): OidcRole | undefined {
    const fields = [
        ...(["oidcProviderArn", "oidcTokenFile", "oidcToken", "roleArn", "roleSessionName"] as const),
        ...(["policy", "sessionExpiration"] as const),
    ];
    const block = readBlock("alicloud:assumeRoleWithOidc", json, fields, form);
    if (block === undefined) {
        return undefined;
    }
    const { setting, values } = block;
    if ((values.oidcToken ?? "") !== "") {
        throw invalidSetting(
            `${setting}: oidcToken can't be used; write the token to a file, and name it in oidcTokenFile`,
        );
    }
    const [roleArn = "", providerArn = "", tokenFile = ""] = requiredTexts(block, environment, [
        { field: "roleArn", variables: ["ALIBABA_CLOUD_ROLE_ARN"] },
        { field: "oidcProviderArn", variables: ["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] },
        { field: "oidcTokenFile", variables: ["ALIBABA_CLOUD_OIDC_TOKEN_FILE"] },
    ]);
    return {
        roleArn: checkedRoleArn(setting, roleArn),
        providerArn,
        tokenFile,
        sessionName: sessionName(setting, "roleSessionName", [
            textIn(block, "roleSessionName"),
            filled(environment["ALIBABA_CLOUD_ROLE_SESSION_NAME"]),
        ]),
        sessionSeconds: sessionSecondsIn(block) ?? defaultSessionSeconds,
        ...policyIn(block),
    };
}

/** A field that must be set, there or by a variable of the environment. */
interface Required<Field extends string> {
    readonly field: Field;
    /** The variables that may supply it; the first one that is set wins. */
    readonly variables: readonly string[];
}

/** Reads fields that must be set. All that are missing are reported in one error. */
function requiredTexts<Field extends string>(
    block: Block<Field>,
    environment: Environment,
    required: readonly Required<Field>[],
): string[] {
    const texts = required.map(
        ({ field, variables }) => textIn(block, field) ?? firstOf(environment, variables),
    );
    const missing = required.filter((_, index) => texts[index] === undefined);
    if (missing.length > 0) {
        const fields = missing.map(({ field }) => `no ${field}`).join(", ");
        const variables = missing.map((field) => field.variables.join(" or ")).join(", ");
        const them = missing.length === 1 ? "it" : "them";
        throw invalidSetting(`${block.setting} has ${fields}; set ${them} there, or as ${variables}`);
    }
    return texts.flatMap((text) => text ?? []);
}

/** The form of a role's ARN, checked because errors show it. */
const roleArnForm = /^acs:ram:[\w-]*:\d+:role\/[\w.@/-]+$/;

function checkedRoleArn(setting: string, arn: string): string {
    if (!roleArnForm.test(arn)) {
        throw invalidSetting(`${setting}: its roleArn must be the ARN of a RAM role, of the form ${form}`);
    }
    return arn;
}

/** Checks a session's name. STS would refuse it too, but without naming the setting. */
function sessionName(setting: string, field: string, names: readonly (string | undefined)[]): string {
    const name = names.find((candidate) => candidate !== undefined) ?? defaultSessionName;
    if (!/^[\w.@-]{2,64}$/.test(name)) {
        throw invalidSetting(
            `${setting}: its ${field} must have 2 to 64 letters, digits, ".", "@", "-" or "_"`,
        );
    }
    return name;
}

function sessionSecondsIn(block: Block<"sessionExpiration">): number | undefined {
    return seconds(textIn(block, "sessionExpiration"), `${block.setting}: its sessionExpiration`);
}

/** Parses seconds; 0 means the default, as in @pulumi/alicloud. */
function seconds(text: string | undefined, what: string): number | undefined {
    const given = filled(text);
    if (given === undefined || given === "0") {
        return undefined;
    }
    const value = /^\d{1,5}$/.test(given) ? Number(given) : 0;
    if (value < 900 || value > 43_200) {
        throw invalidSetting(`${what} must be a whole number of seconds from 900 to 43200`);
    }
    return value;
}

function policyIn(block: Block<"policy">): { readonly policy?: string } {
    const policy = textIn(block, "policy");
    return policy === undefined ? {} : { policy };
}
