import http from "node:http";
import type { AddressInfo } from "node:net";

import type { Answer } from "./answer";
import { readRequest, type WireRequest } from "./request";

/** The path of requests that are no calls of the API. */
export const controlPath = "/_emulator/";

/** Answers requests. Never throws or rejects. */
export interface RequestHandler {
    handle(request: WireRequest): Answer | Promise<Answer>;
}

/** The HTTP side. Listens on the loopback address only. */
export class Server {
    private readonly server: http.Server;

    /** @param now the time that the cloud has, in epoch milliseconds: each answer is dated. */
    constructor(gateway: RequestHandler, now: () => number, control?: RequestHandler) {
        // Commands and files travel in the URL, which Node would refuse beyond 16 KiB.
        this.server = http.createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => {
            // The client may be gone before the answer is there, which is no error.
            response.on("error", () => undefined);
            readRequest(request)
                .then((wire) =>
                    (wire.path.startsWith(controlPath) ? (control ?? gateway) : gateway).handle(wire),
                )
                .then(
                    (answer) => {
                        response.setHeader("date", new Date(now()).toUTCString());
                        send(response, answer);
                    },
                    () => {
                        response.destroy();
                    },
                );
        });
    }

    /** Starts listening; 0 takes a free port. Returns the port. */
    async listen(port: number): Promise<number> {
        await new Promise<void>((resolve, reject) => {
            this.server.once("error", reject);
            // A thousand callers may connect at the same time.
            this.server.listen({ port, host: "127.0.0.1", backlog: 4096 }, () => {
                this.server.off("error", reject);
                resolve();
            });
        });
        return (this.server.address() as AddressInfo).port;
    }

    async close(): Promise<void> {
        await new Promise<void>((resolve) => {
            this.server.close(() => {
                resolve();
            });
            this.server.closeAllConnections();
        });
    }
}

function send(response: http.ServerResponse, answer: Answer): void {
    if (response.destroyed) {
        return;
    }
    switch (answer.kind) {
        case "reset":
            response.destroy();
            return;
        case "silence":
            // The client gives up at some time, or close() ends the connection.
            return;
        case "raw":
            response.writeHead(answer.status, { "content-type": answer.contentType });
            response.end(answer.text);
            return;
        case "json":
            response.writeHead(answer.status, {
                "content-type": "application/json;charset=utf-8",
                "x-acs-request-id": String(answer.body.RequestId),
                ...answer.headers,
            });
            response.end(JSON.stringify(answer.body));
    }
}
