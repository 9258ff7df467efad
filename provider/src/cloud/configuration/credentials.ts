import type { AlicloudReader } from "./alicloud-keys";
import { resolveStsHost } from "./endpoints";
import { type AssumedRole, assumedRole, type OidcRole, oidcRole } from "./roles";
import { type Environment, filled, invalidSetting } from "./values";

/** The identity with which calls are made. */
export interface Credentials {
    readonly source: CredentialSource;
    /** The names of the settings that the source comes from, for people. Default: none names one. */
    readonly settings?: string;
    /** The role that the source's owner assumes for the calls. Default: none. */
    readonly assumeRole?: AssumedRole;
    /** The STS host, with the port if one was given. Default: STS in the region of the calls. */
    readonly stsHost?: string;
}

export type CredentialSource =
    | {
          readonly kind: "static";
          readonly accessKeyId: string;
          readonly accessKeySecret: string;
          readonly securityToken?: string;
      }
    /** A profile of the aliyun CLI. */
    | { readonly kind: "profile"; readonly name: string }
    /** A URL that returns temporary credentials. */
    | { readonly kind: "uri"; readonly uri: string }
    /** The RAM role of this machine, from its metadata service. */
    | { readonly kind: "ecs-role"; readonly name: string }
    | { readonly kind: "oidc"; readonly role: OidcRole }
    /** The SDK's default chain: environment, OIDC, profile file, instance RAM role, credentials URI. */
    | { readonly kind: "chain" };

/** Returns the first source in the stack's configuration or else the environment, and the role to assume. */
export function resolveCredentials(alicloud: AlicloudReader, environment: Environment): Credentials {
    const { source, settings } = resolveSource(alicloud, environment);
    refuseOtherFile(source, alicloud, environment);
    const assumeRole = assumedRole(alicloud("assumeRole"), environment);
    const stsHost = resolveStsHost(alicloud);
    return {
        source,
        ...(settings === undefined ? {} : { settings }),
        ...(assumeRole === undefined ? {} : { assumeRole }),
        ...(stsHost === undefined ? {} : { stsHost }),
    };
}

type NamedSource = Pick<Credentials, "source" | "settings">;

function resolveSource(alicloud: AlicloudReader, environment: Environment): NamedSource {
    return (
        configuredSource(alicloud, environment) ??
        environmentSource(environment) ?? { source: { kind: "chain" } }
    );
}

function configuredSource(alicloud: AlicloudReader, environment: Environment): NamedSource | undefined {
    const [accessKey, secretKey, token] = [
        alicloud("accessKey"),
        alicloud("secretKey"),
        alicloud("securityToken"),
    ];
    if (accessKey === undefined && secretKey === undefined && token !== undefined) {
        throw invalidSetting(
            "alicloud:securityToken is set without alicloud:accessKey and alicloud:secretKey, to which it belongs",
        );
    }
    return (
        keyPair(accessKey, secretKey, token, "alicloud:accessKey and alicloud:secretKey") ??
        named("alicloud:profile", profile(alicloud("profile"))) ??
        named("alicloud:credentialsUri", uri(alicloud("credentialsUri"))) ??
        named("alicloud:ecsRoleName", ecsRole(alicloud("ecsRoleName"))) ??
        named("alicloud:assumeRoleWithOidc", oidc(oidcRole(alicloud("assumeRoleWithOidc"), environment)))
    );
}

function environmentSource(environment: Environment): NamedSource | undefined {
    for (const [id, secret, token] of environmentKeys) {
        const pair = keyPair(
            filled(environment[id]),
            filled(environment[secret]),
            filled(environment[token]),
            `${id} and ${secret}`,
        );
        if (pair !== undefined) {
            return pair;
        }
    }
    return (
        variable("ALIBABA_CLOUD_PROFILE", profile) ??
        variable("ALICLOUD_PROFILE", profile) ??
        // The SDK's chain does not know these variables.
        variable("ALICLOUD_CREDENTIALS_URI", uri) ??
        variable("ALICLOUD_ECS_ROLE_NAME", ecsRole)
    );

    function variable(
        name: string,
        sourceOf: (value: string | undefined) => CredentialSource | undefined,
    ): NamedSource | undefined {
        return named(name, sourceOf(filled(environment[name])));
    }
}

function named(settings: string, source: CredentialSource | undefined): NamedSource | undefined {
    return source === undefined ? undefined : { source, settings };
}

const environmentKeys: readonly (readonly [id: string, secret: string, token: string])[] = [
    ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
    ["ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"],
];

function keyPair(
    accessKeyId: string | undefined,
    accessKeySecret: string | undefined,
    securityToken: string | undefined,
    names: string,
): NamedSource | undefined {
    if (accessKeyId === undefined && accessKeySecret === undefined) {
        return undefined;
    }
    if (accessKeyId === undefined || accessKeySecret === undefined) {
        throw invalidSetting(`only one of ${names} is set; set both or none`);
    }
    return {
        settings: names,
        source: {
            kind: "static",
            accessKeyId,
            accessKeySecret,
            ...(securityToken === undefined ? {} : { securityToken }),
        },
    };
}

function profile(name: string | undefined): CredentialSource | undefined {
    return name === undefined ? undefined : { kind: "profile", name };
}

function uri(address: string | undefined): CredentialSource | undefined {
    return address === undefined ? undefined : { kind: "uri", uri: address };
}

function ecsRole(name: string | undefined): CredentialSource | undefined {
    return name === undefined ? undefined : { kind: "ecs-role", name };
}

function oidc(role: OidcRole | undefined): CredentialSource | undefined {
    return role === undefined ? undefined : { kind: "oidc", role };
}

/** Refuses another profile file: the library reads only one, and the other may have different credentials. */
function refuseOtherFile(source: CredentialSource, alicloud: AlicloudReader, environment: Environment): void {
    const settings: readonly (readonly [setting: string, file: string | undefined])[] =
        source.kind === "profile"
            ? [
                  ["alicloud:sharedCredentialsFile", alicloud("sharedCredentialsFile")],
                  [
                      "ALICLOUD_SHARED_CREDENTIALS_FILE",
                      filled(environment["ALICLOUD_SHARED_CREDENTIALS_FILE"]),
                  ],
              ]
            : source.kind === "chain"
              ? [["alicloud:sharedCredentialsFile", alicloud("sharedCredentialsFile")]]
              : [];
    const other = settings.find(([, file]) => file !== undefined && !isProfileFile(file, environment));
    if (other !== undefined) {
        const [setting] = other;
        throw invalidSetting(
            `${setting} can't be used: profiles are read from ~/.aliyun/config.json only. Put the profile there, and remove the setting`,
        );
    }
}

function isProfileFile(file: string, environment: Environment): boolean {
    const home = filled(environment["HOME"]) ?? filled(environment["USERPROFILE"]) ?? "~";
    const slashed = (path: string): string => path.replaceAll("\\", "/");
    return ["~", slashed(home)].some((folder) => slashed(file) === `${folder}/.aliyun/config.json`);
}
