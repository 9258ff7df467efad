import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** An ECS endpoint that gives the same answer to every request, and keeps the requests. */
export interface ApiServer {
    readonly url: string;
    /** The names of the operations, recorded when a request arrives. */
    readonly operations: string[];
    /** The requests, recorded when they are complete. */
    readonly requests: SentRequest[];
    close(): Promise<void>;
}

/** A request as received. */
export interface SentRequest {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: Buffer;
}

/** @param answer the content of every answer. Default: only an id. */
export async function startApiServer(
    answer: Readonly<Record<string, unknown>> = { RequestId: "R-1" },
): Promise<ApiServer> {
    const operations: string[] = [];
    const requests: SentRequest[] = [];
    const server = createServer((request, response) => {
        operations.push(operationOf(request));
        const pieces: Buffer[] = [];
        request.on("data", (piece: Buffer) => pieces.push(piece));
        request.on("end", () => {
            const { method = "", url = "", headers } = request;
            requests.push({ method, url, headers, body: Buffer.concat(pieces) });
            response.setHeader("content-type", "application/json");
            response.end(JSON.stringify(answer));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return {
        url: `http://127.0.0.1:${port}`,
        operations,
        requests,
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
