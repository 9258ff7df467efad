import { alicloudReader, type AlicloudReader } from "./alicloud-keys";
import { resolveCredentials, type Credentials } from "./credentials";
import type { Endpoint } from "./endpoint";
import { resolveEndpoint } from "./endpoints";
import { filled, firstOf, invalidSetting, type ConfigReader, type Environment } from "./values";

export type { ConfigReader, Environment } from "./values";

/** How to reach the cloud. Nothing of it is ever an input or an output of a resource. */
export interface Settings {
    /** The region of resources that name none. */
    readonly regionId: string | undefined;
    /** Undefined: the SDK's own endpoint of the region. */
    readonly endpoint: Endpoint | undefined;
    readonly credentials: Credentials;
    /** What tells this stack from others of its name whose instances it shares. */
    readonly namespace: string | undefined;
}

/**
 * The settings from the stack's configuration, then from the environment. The keys are those of
 * @pulumi/alicloud, the variables those of Alibaba Cloud's own tools, so one set of either serves both. What can't be
 * followed, though it bears on who calls or where, is refused, see `alicloudKeys`.
 *
 * @throws AppSnapshotError InvalidSetting when one of them can't be used; it names the setting, never its value.
 */
export function resolveSettings(config: ConfigReader, environment: Environment): Settings {
    const alicloud = alicloudReader(config);
    const endpoint = resolveEndpoint(alicloud, environment);
    refuseConditions(alicloud);
    refusePlainHttp(alicloud, endpoint);
    return {
        regionId:
            alicloud("region") ??
            firstOf(environment, ["ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION"]),
        endpoint,
        credentials: resolveCredentials(alicloud, environment),
        // Not in the alicloud: namespace: a key that @pulumi/alicloud does not know makes it fail.
        namespace: filled(config("alicloud-app-snapshot:namespace")),
    };
}

/** A RAM policy may go by what these say of the caller; the SDK has no way to send it. */
function refuseConditions(alicloud: AlicloudReader): void {
    for (const key of ["sourceIp", "secureTransport", "securityTransport"] as const) {
        if (alicloud(key) !== undefined) {
            throw invalidSetting(
                `alicloud:${key} can't be used: this package makes calls without it. Remove it, and use credentials whose policies don't require it`,
            );
        }
    }
}

function refusePlainHttp(alicloud: AlicloudReader, endpoint: Endpoint | undefined): void {
    const protocol = alicloud("protocol") ?? "HTTPS";
    if (protocol !== "HTTPS" && !(protocol === "HTTP" && endpoint?.protocol === "http")) {
        throw invalidSetting(
            "alicloud:protocol can only be HTTPS. For an endpoint without TLS set ALIBABA_CLOUD_ECS_ENDPOINT to its URL with http://; the key may then be HTTP",
        );
    }
}
