import { createServer, type IncomingMessage, request as sendRequest, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";

import { tlsIdentity } from "../tls/tls-identity";

export interface TestProxyOptions {
    /** The user and the password that it requires. Default: none. */
    readonly user?: readonly [name: string, password: string];
    /** Tells whether clients connect with TLS. Default: no. */
    readonly tls?: boolean;
    /** Its reaction to all requests: a status, or no answer at all. Default: it passes them on. */
    readonly refusal?: number | "closes" | "is silent";
}

/** A request as the proxy received it. */
export interface ProxiedRequest {
    readonly method: string;
    /** The host that is asked, and its port. */
    readonly destination: string;
    /** The operation of the ECS API, if the request was not sent through a tunnel. */
    readonly operation?: string;
}

/** A proxy on this machine, which knows hosts that nobody else does. */
export interface TestProxy {
    /** Its URL, with user and password if it requires them. */
    readonly url: string;
    /** Its address and port, as messages name it. */
    readonly host: string;
    readonly requests: readonly ProxiedRequest[];
    /** Makes it pass on requests to `host:port` to a port of this machine. */
    map(destination: string, port: number): void;
    /** Makes it close the connection on which the next such answer arrives. */
    loseAnswer(isLost: () => boolean): void;
    close(): Promise<void>;
}

export async function startTestProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
    const { user, tls = false, refusal } = options;
    const requests: ProxiedRequest[] = [];
    const ports = new Map<string, number>();
    const sockets = new Set<Duplex>();
    let isLost: (() => boolean) | undefined;

    /** Tells whether this answer is the one to be lost. */
    const loses = (): boolean => {
        const lost = isLost?.() === true;
        if (lost) {
            isLost = undefined;
        }
        return lost;
    };
    const reactionTo = ({ headers }: IncomingMessage): TestProxyOptions["refusal"] => {
        const expected =
            user === undefined ? undefined : `Basic ${Buffer.from(user.join(":")).toString("base64")}`;
        return expected === undefined || headers["proxy-authorization"] === expected ? refusal : 407;
    };

    const forward = (request: IncomingMessage, response: ServerResponse): void => {
        const { method = "", headers } = request;
        const { protocol, host, pathname, search, port } = new URL(request.url ?? "");
        const destination = port === "" ? `${host}:80` : host;
        requests.push({ method, destination, operation: String(headers["x-acs-action"]) });
        const reaction = reactionTo(request);
        if (reaction !== undefined) {
            if (typeof reaction === "number") {
                response.writeHead(reaction).end("<html>refused</html>");
            } else if (reaction === "closes") {
                request.socket.destroy();
            }
            return;
        }
        if (protocol !== "http:") {
            response.writeHead(400).end();
            return;
        }
        const passedOn = Object.fromEntries(
            Object.entries(headers).filter(([name]) => !name.startsWith("proxy-")),
        );
        const own = sendRequest(
            {
                host: "127.0.0.1",
                port: ports.get(destination) ?? 0,
                method,
                path: `${pathname}${search}`,
                headers: passedOn,
                agent: false,
            },
            (answer) => {
                if (loses()) {
                    request.socket.destroy();
                    answer.destroy();
                    return;
                }
                response.writeHead(answer.statusCode ?? 500, answer.headers);
                answer.pipe(response);
            },
        );
        own.on("error", () => response.writeHead(502).end("<html>bad gateway</html>"));
        request.pipe(own);
    };

    const tunnel = (request: IncomingMessage, client: Duplex): void => {
        const destination = request.url ?? "";
        requests.push({ method: "CONNECT", destination });
        client.on("error", () => client.destroy());
        const reaction = reactionTo(request);
        if (reaction === "closes") {
            client.destroy();
        } else if (typeof reaction === "number") {
            client.end(`HTTP/1.1 ${reaction} Refused\r\ncontent-length: 7\r\n\r\nrefused`);
        } else if (reaction === undefined) {
            const upstream: Socket = connect(ports.get(destination) ?? 0, "127.0.0.1");
            upstream.on("connect", () => client.write("HTTP/1.1 200 Connection established\r\n\r\n"));
            upstream.on("data", (piece) => (loses() ? upstream.destroy() : client.write(piece)));
            client.on("data", (piece: Buffer) => upstream.write(piece));
            upstream.on("error", () => upstream.destroy());
            upstream.on("close", () => client.destroy());
            client.on("close", () => upstream.destroy());
        }
    };

    const server = tls ? createTlsServer(tlsIdentity(), forward) : createServer(forward);
    server.on("connect", tunnel);
    server.on(tls ? "secureConnection" : "connection", (socket: Duplex) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A name, because TLS knows no name of an address.
    const host = `${tls ? "localhost" : "127.0.0.1"}:${(server.address() as AddressInfo).port}`;
    const login = user === undefined ? "" : `${user.map(encodeURIComponent).join(":")}@`;
    return {
        url: `${tls ? "https" : "http"}://${login}${host}`,
        host,
        requests,
        map: (destination, port) => ports.set(destination, port),
        loseAnswer: (decide) => (isLost = decide),
        close: () =>
            new Promise((resolve) => {
                server.close(() => {
                    resolve();
                });
                // The sockets of tunnels no longer belong to the server.
                sockets.forEach((socket) => socket.destroy());
            }),
    };
}
