import type EcsClient from "@alicloud/ecs20140526";

import type { Settings } from "../configuration/settings";
import { createCredential } from "./credential";

/** The timeouts of a request. The SDK's transport also uses `connectMs` as the limit of the wait for an answer. */
export interface RequestTimeouts {
    readonly connectMs: number;
    readonly readMs: number;
}

/** Longer than the SDK's own limits of 3 seconds, which are too short across continents or in a busy region. */
export const defaultRequestTimeouts: RequestTimeouts = { connectMs: 30_000, readMs: 30_000 };

/** The SDK's typed module and a client. */
export interface Sdk {
    readonly models: typeof import("@alicloud/ecs20140526");
    readonly client: EcsClient;
    /** The host of the calls, with the port if one was given. */
    readonly host: string;
}

/**
 * Loads the SDK and creates a client. Loading takes more than half a second, so it happens at the first request, and
 * never for a preview or an update that changes nothing.
 */
export async function createSdk(
    settings: Settings,
    regionId: string,
    timeouts: RequestTimeouts = defaultRequestTimeouts,
): Promise<Sdk> {
    /* eslint-disable @typescript-eslint/no-require-imports -- loaded late, on purpose */
    const models = require("@alicloud/ecs20140526") as typeof import("@alicloud/ecs20140526");
    const { Config } = require("@alicloud/openapi-client") as typeof import("@alicloud/openapi-client");
    /* eslint-enable @typescript-eslint/no-require-imports */
    const config = new Config({
        regionId,
        credential: await createCredential(settings.credentials, { regionId, timeouts }),
        connectTimeout: timeouts.connectMs,
        readTimeout: timeouts.readMs,
        ...(settings.endpoint === undefined
            ? { protocol: "https" }
            : { endpoint: settings.endpoint.host, protocol: settings.endpoint.protocol }),
    });
    // The SDK accepts this Config, although it declares one of another package with the same fields.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    const client = new (formClient(models))(config);
    return { models, client, host: client._endpoint };
}

/**
 * Returns a client class that puts the long parameter into the form, which the API reads as well. The SDK puts every
 * parameter into the URL: a delivered script would need up to 96 KB there, and the gateways' limit is not documented.
 */
function formClient(models: Sdk["models"]): Sdk["models"]["default"] {
    return class extends models.default {
        override callApi(
            ...[params, request, runtime]: Parameters<EcsClient["callApi"]>
        ): ReturnType<EcsClient["callApi"]> {
            const { Content, ...query } = request.query ?? {};
            if (Content !== undefined) {
                request.query = query;
                request.body = { Content };
            }
            return super.callApi(params, request, runtime);
        }
    };
}
