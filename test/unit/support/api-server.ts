import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** An ECS endpoint that has an empty answer to everything, and keeps the names of the operations. */
export interface ApiServer {
    readonly url: string;
    readonly operations: string[];
    close(): Promise<void>;
}

export async function startApiServer(): Promise<ApiServer> {
    const operations: string[] = [];
    const server = createServer((request, response) => {
        operations.push(operationOf(request));
        request.resume();
        response.setHeader("content-type", "application/json");
        response.end('{"RequestId":"R-1"}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}`,
        operations,
        close: () =>
            new Promise((resolve) => {
                server.close(() => {
                    resolve();
                });
                server.closeAllConnections();
            }),
    };
}

function operationOf({ headers, url = "" }: IncomingMessage): string {
    const inHeader = headers["x-acs-action"];
    return typeof inHeader === "string"
        ? inHeader
        : (new URL(url, "http://localhost").searchParams.get("Action") ?? "");
}
