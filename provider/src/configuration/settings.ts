import { AppSnapshotError } from "../errors/app-snapshot-error";
import { ownErrors } from "../errors/own-errors";
import { parseEndpoint, type Endpoint } from "./endpoint";

/** How to reach the cloud. Nothing of it is ever an input or an output of a resource. */
export interface Settings {
    /** The region of resources that name none. */
    readonly regionId: string | undefined;
    /** Undefined: the SDK's own endpoint of the region. */
    readonly endpoint: Endpoint | undefined;
    readonly credentials: CredentialSource;
    /** What tells this stack from others of its name whose instances it shares. */
    readonly namespace: string | undefined;
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
    /** The SDK's default chain: environment, OIDC, profile file, instance RAM role, credentials URI. */
    | { readonly kind: "chain" };

/** Reads one key of the stack's configuration, such as "alicloud:region". */
export type ConfigReader = (key: string) => string | undefined;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings from the stack's configuration, then from the environment. The keys are those of
 * @pulumi/alicloud, the variables those of Alibaba Cloud's own tools, so one set of either serves both.
 *
 * @throws AppSnapshotError InvalidSetting when one of them can't be used; it names the setting, never its value.
 */
export function resolveSettings(config: ConfigReader, environment: Environment): Settings {
    return {
        regionId:
            filled(config("alicloud:region")) ??
            firstOf(environment, ["ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION"]),
        endpoint: resolveEndpoint(config, environment),
        credentials: resolveCredentials(config, environment),
        // Not in the alicloud: namespace: a key that @pulumi/alicloud does not know makes it fail.
        namespace: filled(config("alicloud-app-snapshot:namespace")),
    };
}

function resolveEndpoint(config: ConfigReader, environment: Environment): Endpoint | undefined {
    const override = filled(environment["ALIBABA_CLOUD_ECS_ENDPOINT"]);
    if (override !== undefined) {
        return parseEndpoint(override, "ALIBABA_CLOUD_ECS_ENDPOINT");
    }
    const configured = filled(config("alicloud:endpoints"));
    const ecs = configured === undefined ? undefined : ecsEntry(configured);
    return ecs === undefined ? undefined : parseEndpoint(ecs, "alicloud:endpoints (its ecs entry)");
}

/** @pulumi/alicloud's `endpoints` is a list of objects, one entry per service in each. */
function ecsEntry(json: string): string | undefined {
    let parsed: unknown;
    try {
        parsed = JSON.parse(json);
    } catch {
        throw invalid(
            'alicloud:endpoints is not JSON; it has the form [{"ecs": "ecs.cn-hangzhou.aliyuncs.com"}]',
        );
    }
    for (const item of Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]) {
        const ecs: unknown =
            typeof item === "object" && item !== null && "ecs" in item ? item.ecs : undefined;
        if (typeof ecs === "string" && ecs !== "") {
            return ecs;
        }
    }
    return undefined;
}

function resolveCredentials(config: ConfigReader, environment: Environment): CredentialSource {
    const configured = keyPair(
        filled(config("alicloud:accessKey")),
        filled(config("alicloud:secretKey")),
        filled(config("alicloud:securityToken")),
        "alicloud:accessKey and alicloud:secretKey",
    );
    if (configured !== undefined) {
        return configured;
    }
    const profile = filled(config("alicloud:profile"));
    if (profile !== undefined) {
        return { kind: "profile", name: profile };
    }
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
    const named = firstOf(environment, ["ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"]);
    return named === undefined ? { kind: "chain" } : { kind: "profile", name: named };
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
): CredentialSource | undefined {
    if (accessKeyId === undefined && accessKeySecret === undefined) {
        return undefined;
    }
    if (accessKeyId === undefined || accessKeySecret === undefined) {
        throw invalid(`of ${names} only one is set; set both or none`);
    }
    return {
        kind: "static",
        accessKeyId,
        accessKeySecret,
        ...(securityToken === undefined ? {} : { securityToken }),
    };
}

function firstOf(environment: Environment, names: readonly string[]): string | undefined {
    return names.map((name) => filled(environment[name])).find((value) => value !== undefined);
}

/** An empty setting counts as none: pipelines pass unset variables on as empty strings. */
function filled(value: string | undefined): string | undefined {
    return value === undefined || value.trim() === "" ? undefined : value.trim();
}

function invalid(detail: string): AppSnapshotError {
    return new AppSnapshotError(ownErrors.InvalidSetting, { detail });
}
