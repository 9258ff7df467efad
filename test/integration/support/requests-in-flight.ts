import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { defaultRequestTimeouts } from "../../../provider/src/cloud/ecs/sdk-client";
import type { PatientClock } from "./patient-clock";

/** Node's own channel; a request is published in the very turn of the event loop in which it is made. */
const channel = "http.client.request.start";

/** The requests of this process to one server, each of them work from its start to the end of its answer. */
export class RequestsInFlight {
    private readonly requests = new Map<ClientRequest, () => void>();
    private readonly started = (message: unknown): void => {
        const { request } = message as { request: ClientRequest };
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
        /** As the header of that name has it. */
        private readonly host: string,
    ) {
        subscribe(channel, this.started);
    }

    /**
     * One that gets no answer is no work. The SDK gives it up after its time limit; by this clock, so that no answer
     * is taken for none because the machine is slow.
     */
    giveUp(clientPort: number): void {
        const request = [...this.requests.keys()].find(({ socket }) => socket?.localPort === clientPort);
        if (request === undefined) {
            throw new Error(`no request comes from port ${clientPort}`);
        }
        const cancel = this.clock.after(defaultRequestTimeouts.connectMs, () => {
            // What Node does for a connection that has been idle for that long.
            request.emit("timeout");
        });
        request.once("close", cancel);
        this.requests.get(request)?.();
    }

    close(): void {
        unsubscribe(channel, this.started);
    }
}
