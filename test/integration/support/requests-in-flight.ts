import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

import { defaultRequestTimeouts } from "../../../provider/src/cloud/ecs/sdk-client";
import type { PatientClock } from "./patient-clock";

/** Node's own channel; a request is published in the same turn of the event loop in which it is made. */
const channel = "http.client.request.start";

/** The requests of this process to one server, each of which is work from its start to the end of its answer. */
export class RequestsInFlight {
    private readonly requests = new Map<ClientRequest, () => void>();
    private readonly started = (message: unknown): void => {
        const { request } = message as { readonly request: ClientRequest };
        if (request.getHeader("host") === this.host) {
            this.requests.set(request, this.clock.work(`${request.method} ${request.path}`));
            request.once("close", () => {
                this.requests.get(request)?.();
                this.requests.delete(request);
            });
        }
    };

    constructor(
        private readonly clock: PatientClock,
        /** The value of the `Host` header. */
        private readonly host: string,
    ) {
        subscribe(channel, this.started);
    }

    /**
     * Ends the work of a request that gets no answer. The SDK gives it up after its time limit by this clock, so that a
     * slow machine causes no timeout.
     */
    giveUp(clientPort: number): void {
        const request = [...this.requests.keys()].find(({ socket }) => socket?.localPort === clientPort);
        if (request === undefined) {
            throw new Error(`no request comes from port ${clientPort}`);
        }
        const cancel = this.clock.after(defaultRequestTimeouts.connectMs, () => {
            // Node does this for a connection that has been idle for that long.
            request.emit("timeout");
        });
        request.once("close", cancel);
        this.requests.get(request)?.();
    }

    close(): void {
        unsubscribe(channel, this.started);
    }
}
