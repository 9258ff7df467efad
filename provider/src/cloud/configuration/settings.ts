import { isAbsolute } from "node:path";

import { type AlicloudReader, alicloudReader } from "./alicloud-keys";
import { type Credentials, resolveCredentials } from "./credentials";
import type { Endpoint } from "./endpoint";
import { resolveEndpoint } from "./endpoints";
import { type Proxies, proxyFor, resolveProxies } from "./proxies";
import { readTexts } from "./structured";
import { type ConfigReader, type Environment, filled, firstOf, invalidSetting } from "./values";

export type { ConfigReader, Environment } from "./values";

/** The settings for calls to the cloud. None of them is ever an input or an output of a resource. */
export interface Settings {
    /** The region of resources that name none. */
    readonly regionId: string | undefined;
    /** The endpoint of ECS; undefined means the SDK's own for the region. */
    readonly endpoint: Endpoint | undefined;
    readonly credentials: Credentials;
    /** The proxies of the environment. Default: none. */
    readonly proxies?: Proxies;
    /** A name that distinguishes this stack from others of its name that share its instances. */
    readonly namespace: string | undefined;
    /** Tags of the snapshots of all resources, by key. The resources' own inputs are checked with them. */
    readonly defaultTags: Readonly<Record<string, string>>;
    /** The file to which each call of the API is appended. Default: calls are not recorded. */
    readonly callsFile?: string;
}

/**
 * Resolves the settings from the stack's configuration, then from the environment. The keys are those of
 * @pulumi/alicloud, the variables those of Alibaba Cloud's own tools. A setting that is not supported, although it
 * affects the caller or the endpoint, is refused, see `alicloudKeys`.
 *
 * @throws AppSnapshotError InvalidSetting if a setting can't be used; it names the setting, never its value.
 */
export function resolveSettings(config: ConfigReader, environment: Environment): Settings {
    const alicloud = alicloudReader(config);
    const endpoint = resolveEndpoint(alicloud, environment);
    refuseConditions(alicloud);
    refusePlainHttp(alicloud, endpoint);
    const callsFile = resolveCallsFile(environment);
    const proxies = resolveProxies(environment);
    if (proxies !== undefined) {
        // A wrong one is reported now, not by the first call. Each region's own endpoint is in this domain.
        const { protocol, host } = endpoint ?? { protocol: "https", host: "ecs.aliyuncs.com" };
        proxyFor(`${protocol}://${host}`, proxies);
    }
    return {
        regionId:
            alicloud("region") ??
            firstOf(environment, ["ALIBABA_CLOUD_REGION", "ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION"]),
        endpoint,
        credentials: resolveCredentials(alicloud, environment),
        ...(proxies === undefined ? {} : { proxies }),
        // Not in the namespace "alicloud": @pulumi/alicloud fails if it finds an unknown key there.
        namespace: filled(config("alicloud-app-snapshot:namespace")),
        defaultTags: readTexts(
            "alicloud-app-snapshot:defaultTags",
            filled(config("alicloud-app-snapshot:defaultTags")),
            '{"team":"payments"}',
        ),
        ...(callsFile === undefined ? {} : { callsFile }),
    };
}

/** Returns the path of the record of calls. It is of the environment only: it belongs to one command, not to a stack. */
function resolveCallsFile(environment: Environment): string | undefined {
    const file = filled(environment["ALICLOUD_APP_SNAPSHOT_CALLS_FILE"]);
    if (file !== undefined && !isAbsolute(file)) {
        throw invalidSetting(
            "ALICLOUD_APP_SNAPSHOT_CALLS_FILE must be an absolute path: the engine runs this package in another folder",
        );
    }
    return file;
}

/** Refuses keys on whose values a RAM policy may depend, and which the SDK can't send. */
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
