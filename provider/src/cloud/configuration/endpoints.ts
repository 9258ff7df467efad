import type { AlicloudReader } from "./alicloud-keys";
import { type Endpoint, parseEndpoint } from "./endpoint";
import { parseJson } from "./structured";
import { type Environment, filled, invalidSetting } from "./values";

/** Returns the endpoint of ECS; undefined means the SDK's own for the region. */
export function resolveEndpoint(alicloud: AlicloudReader, environment: Environment): Endpoint | undefined {
    const override = filled(environment["ALIBABA_CLOUD_ECS_ENDPOINT"]);
    return override === undefined
        ? configuredEndpoint(alicloud, "ecs")
        : parseEndpoint(override, "ALIBABA_CLOUD_ECS_ENDPOINT");
}

/** Returns the host of STS, with the port if one was given; undefined means the one in the region of the calls. */
export function resolveStsHost(alicloud: AlicloudReader): string | undefined {
    const endpoint = configuredEndpoint(alicloud, "sts");
    if (endpoint?.protocol === "http") {
        throw invalidSetting(
            "alicloud:endpoints: its sts entry can't begin with http://; STS is asked over TLS",
        );
    }
    return endpoint?.host;
}

/** Reads @pulumi/alicloud's `endpoints`, a list of objects with one entry per service. */
function configuredEndpoint(alicloud: AlicloudReader, service: "ecs" | "sts"): Endpoint | undefined {
    const json = alicloud("endpoints");
    if (json === undefined) {
        return undefined;
    }
    const form = '[{"ecs": "ecs.cn-hangzhou.aliyuncs.com"}]';
    const parsed = parseJson("alicloud:endpoints", json, form);
    for (const item of Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]) {
        if (item === null) {
            continue;
        }
        if (typeof item !== "object" || Array.isArray(item)) {
            throw invalidSetting(`alicloud:endpoints must be a list of objects, of the form ${form}`);
        }
        const host = (item as Readonly<Record<string, unknown>>)[service] ?? "";
        if (typeof host !== "string") {
            throw invalidSetting(`alicloud:endpoints: its ${service} entry must be a string, as in ${form}`);
        }
        if (host.trim() !== "") {
            return parseEndpoint(host.trim(), `alicloud:endpoints (its ${service} entry)`);
        }
    }
    return undefined;
}
