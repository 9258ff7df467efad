import { type AddressInfo, connect } from "node:net";
import { createServer, type TLSSocket } from "node:tls";

import { tlsIdentity } from "../tls/tls-identity";

/** A server that terminates TLS in front of another one. */
export interface TlsFront {
    readonly port: number;
    /** The number of connections that were made to it. */
    readonly connections: number;
    close(): Promise<void>;
}

/** @param url the server behind it, on this machine and without TLS. */
export async function startTlsFront(url: string): Promise<TlsFront> {
    const sockets = new Set<TLSSocket>();
    let connections = 0;
    const server = createServer(tlsIdentity(), (client) => {
        connections += 1;
        sockets.add(client);
        const behind = connect(Number(new URL(url).port), "127.0.0.1");
        client.pipe(behind).pipe(client);
        for (const [one, other] of [
            [client, behind],
            [behind, client],
        ] as const) {
            one.on("error", () => one.destroy());
            one.on("close", () => other.destroy());
        }
        client.on("close", () => sockets.delete(client));
    });
    // A client that does not trust the certificate ends the connection.
    server.on("tlsClientError", (_error, socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        port: (server.address() as AddressInfo).port,
        get connections() {
            return connections;
        },
        close: () =>
            new Promise((resolve) => {
                server.close(() => {
                    resolve();
                });
                sockets.forEach((socket) => socket.destroy());
            }),
    };
}
