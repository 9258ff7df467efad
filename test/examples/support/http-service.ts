import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request to a service. */
export interface Received {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage["headers"];
    readonly body: string;
}

/** Runs a task with a service on this machine that answers each request with JSON; without a value, it refuses it. */
export async function withService(
    answer: (request: Received) => object | undefined,
    task: (url: string) => Promise<void>,
): Promise<void> {
    const server = createServer((request, response) => {
        const pieces: Buffer[] = [];
        request.on("data", (piece: Buffer) => pieces.push(piece));
        request.on("end", () => {
            const { method = "", url = "", headers } = request;
            const body = Buffer.concat(pieces).toString("utf8");
            const value = answer({ method, url, headers, body });
            response.statusCode = value === undefined ? 403 : 200;
            response.end(JSON.stringify(value ?? {}));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
        await task(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
        await new Promise((resolve) => {
            server.close(resolve);
            server.closeAllConnections();
        });
    }
}
