import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage, OutgoingHttpHeaders, RequestOptions } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createRequire } from "node:module";
import { isIP } from "node:net";

import { HttpsProxyAgent } from "hpagent";

import { errorCodeOf } from "../../runtime/error-code";
import { type Proxies, type Proxy, proxyFor } from "../configuration/proxies";
import { ProxyError } from "./proxy-error";

/** Runs calls of the SDK, including those of its credentials. */
export type RunCalls = <T>(calls: () => Promise<T>) => Promise<T>;

/** The part of the SDK's HTTP client that this file uses. */
interface Transport {
    readonly request: Send;
}
type Send = (url: string, options?: TransportOptions) => Promise<IncomingMessage>;
interface TransportOptions {
    readonly agent?: HttpsAgent;
    /** Changes the options of the request. */
    readonly beforeRequest?: (options: RequestOptions) => RequestOptions;
}

/** Sends a request that belongs to a call. */
type Route = (send: Send, url: string, options: TransportOptions | undefined) => Promise<IncomingMessage>;

/** The route of the requests of the calls that are being run. */
const routes = new AsyncLocalStorage<Route>();
const prepared = new WeakSet<Transport>();

/**
 * Returns the function that runs calls through proxies. The SDK accepts settings for proxies, but does not use them, and
 * has no other place for an agent; so its HTTP client gets one here. Only the requests of our own calls are concerned:
 * other users of the SDK in this process, such as the program's own providers, keep their connections.
 */
export function throughProxies(proxies: Proxies): RunCalls {
    transports().forEach(prepare);
    const route = routeThrough(proxies);
    return (calls) => routes.run(route, calls);
}

/** Returns the HTTP clients of the SDK and of its credentials, which may be one. */
function transports(): Transport[] {
    return [
        ["@alicloud/ecs20140526", "@darabonba/typescript", "httpx"],
        ["@alicloud/credentials", "httpx"],
    ].map((path) => {
        let from = require;
        for (const name of path.slice(0, -1)) {
            from = createRequire(from.resolve(name));
        }
        return from(path.at(-1) ?? "") as Transport;
    });
}

function prepare(transport: Transport): void {
    if (prepared.has(transport)) {
        return;
    }
    prepared.add(transport);
    const send = transport.request;
    const request: Send = (url, options) => {
        const route = routes.getStore();
        return route === undefined ? send(url, options) : route(send, url, options);
    };
    Object.assign(transport, { request });
}

function routeThrough(proxies: Proxies): Route {
    let tunnels: HttpsAgent | undefined;
    return (send, url, options) => {
        const proxy = proxyFor(url, proxies);
        if (proxy === undefined) {
            return send(url, options);
        }
        if (url.startsWith("http:")) {
            return forwarded(proxy, send, url, options);
        }
        tunnels ??= new Tunnels(proxy);
        return send(url, { ...options, agent: tunnels });
    };
}

type Connected = Parameters<HttpsAgent["createConnection"]>[1];

/** Connections through a proxy to TLS endpoints, which are kept for further requests like those without a proxy. */
class Tunnels extends HttpsProxyAgent {
    constructor(private readonly through: Proxy) {
        super({ keepAlive: true, proxy: through.url });
    }

    override createConnection(
        options: RequestOptions,
        connected?: Connected,
    ): ReturnType<HttpsAgent["createConnection"]> {
        return super.createConnection(options, (error, stream) => {
            // Only the proxy fails here; TLS with the endpoint begins later.
            connected?.(error && proxyError(this.through, error), stream);
        });
    }
}

function proxyError(proxy: Proxy, error: Error | null): ProxyError {
    const [, status] = /^Bad response: (\d+)$/.exec(error?.message ?? "") ?? [];
    return new ProxyError(proxy, status === undefined ? undefined : Number(status), errorCodeOf(error));
}

/** Sends a request to an endpoint without TLS, which a proxy forwards: its first line has the whole URL. */
async function forwarded(
    proxy: Proxy,
    send: Send,
    url: string,
    options: TransportOptions | undefined,
): Promise<IncomingMessage> {
    const { protocol, hostname: host, port } = proxy.url;
    let response: IncomingMessage;
    try {
        response = await send(url, {
            ...options,
            beforeRequest: ({ agent, headers, ...request }) => ({
                ...request,
                protocol,
                host,
                port: port === "" ? undefined : port,
                path: url,
                headers: {
                    host: new URL(url).host,
                    ...(headers as OutgoingHttpHeaders),
                    ...authorization(proxy),
                },
                ...(protocol === "https:"
                    ? { agent: tlsProxies, servername: isIP(host) === 0 ? host : "" }
                    : { agent }),
            }),
        });
    } catch (thrown) {
        throw isFaultOfConnecting(thrown) ? new ProxyError(proxy, undefined, errorCodeOf(thrown)) : thrown;
    }
    if (response.statusCode === 407) {
        response.resume();
        throw new ProxyError(proxy, 407, undefined);
    }
    return response;
}

/** Connections to proxies that use TLS themselves. */
const tlsProxies = new HttpsAgent({ keepAlive: true });

function authorization({ url: { username, password } }: Proxy): OutgoingHttpHeaders {
    const pair = [username, password].map(decodeURIComponent).join(":");
    return pair === ":" ? {} : { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Tells whether the connection to the proxy was not made; otherwise the request may have been forwarded. */
function isFaultOfConnecting(thrown: unknown): boolean {
    const call: unknown = thrown instanceof Error && "syscall" in thrown ? thrown.syscall : undefined;
    return call === "connect" || call === "getaddrinfo";
}
