import { setImmediate } from "node:timers/promises";

import type EcsClient from "@alicloud/ecs20140526";

import { proxyFor } from "../configuration/proxies";
import type { Settings } from "../configuration/settings";
import { fileRecorder, recordingClient } from "./call-recorder";
import { nameOf } from "./connection-fault";
import { createCredential } from "./credential";
import type { RunCalls } from "./proxied-requests";
import { type EcsSdk, loadEcsSdk } from "./sdk-package";

type CorePackage = typeof import("@alicloud/openapi-core");

/** The timeouts of a request. The SDK's transport also uses `connectMs` as the limit of the wait for an answer. */
export interface RequestTimeouts {
    readonly connectMs: number;
    readonly readMs: number;
}

/** Longer than the SDK's own limits of 3 seconds, which are too short across continents or in a busy region. */
export const defaultRequestTimeouts: RequestTimeouts = { connectMs: 30_000, readMs: 30_000 };

/** The SDK's request models and a client. */
export interface Sdk {
    readonly models: EcsSdk["models"];
    readonly client: EcsClient;
    /** The host of the calls, with the port if one was given. */
    readonly host: string;
    /** The proxy of the calls, as an addition to a sentence with the host. Default: none. */
    readonly route?: string;
}

/**
 * Loads the SDK and creates a client. Loading takes a tenth of a second, so it happens at the first request, and never
 * for a preview or an update that changes nothing. Meanwhile a request for temporary credentials is on its way.
 *
 * @param warn is told if calls can't be recorded. Default: nobody is.
 */
export async function createSdk(
    settings: Settings,
    regionId: string,
    timeouts: RequestTimeouts = defaultRequestTimeouts,
    warn: (message: string) => void = () => undefined,
): Promise<Sdk> {
    const { proxies } = settings;
    const runCalls: RunCalls =
        proxies === undefined ? (calls) => calls() : loadProxies().throughProxies(proxies);
    const [credential, { Config, Client, models }] = await Promise.all([
        runCalls(() => createCredential(settings.credentials, { regionId, timeouts })),
        loadSdk(),
    ]);
    const config = new Config({
        regionId,
        credential,
        connectTimeout: timeouts.connectMs,
        readTimeout: timeouts.readMs,
        ...(settings.endpoint === undefined
            ? { protocol: "https" }
            : { endpoint: settings.endpoint.host, protocol: settings.endpoint.protocol }),
    });
    const { callsFile } = settings;
    const Recorded =
        callsFile === undefined ? Client : recordingClient(Client, regionId, fileRecorder(callsFile, warn));
    const client = new (ownClient(Recorded, runCalls))(config);
    const host = client._endpoint;
    const proxy = proxies && proxyFor(`${settings.endpoint?.protocol ?? "https"}://${host}`, proxies);
    return { models, client, host, ...(proxy === undefined ? {} : { route: `, through ${nameOf(proxy)}` }) };
}

function loadProxies(): typeof import("./proxied-requests") {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- needed only if the environment names a proxy
    return require("./proxied-requests") as typeof import("./proxied-requests");
}

let loaded: EcsSdk | undefined;

/** Loads in two parts, because loading stops everything else, and a request has a few things to do before it waits. */
async function loadSdk(): Promise<EcsSdk & Pick<CorePackage["$OpenApiUtil"], "Config">> {
    await requestsContinue();
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late, on purpose
    const { Config } = (require("@alicloud/openapi-core") as CorePackage).$OpenApiUtil;
    await requestsContinue();
    loaded ??= loadEcsSdk();
    return { Config, ...loaded };
}

/** Waits for two turns of the event loop: a request connects in the first, and is sent in the second. */
async function requestsContinue(): Promise<void> {
    await setImmediate();
    await setImmediate();
}

/**
 * Returns a client class that runs its calls as told, and puts the long parameter into the form, which the API reads as
 * well. The SDK puts every parameter into the URL: a delivered script would need up to 96 KB there, and the gateways'
 * limit is not documented.
 */
function ownClient(Client: EcsSdk["Client"], runCalls: RunCalls): EcsSdk["Client"] {
    return class extends Client {
        override callApi(
            ...[params, request, runtime]: Parameters<EcsClient["callApi"]>
        ): ReturnType<EcsClient["callApi"]> {
            const { Content, ...query } = request.query ?? {};
            if (Content !== undefined) {
                request.query = query;
                request.body = { Content };
            }
            return runCalls(() => super.callApi(params, request, runtime));
        }
    };
}
