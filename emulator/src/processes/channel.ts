import { randomBytes } from "node:crypto";
import net from "node:net";

import { Connection } from "./connection";

/** A client process's first message. */
interface Hello {
    readonly ticket: string;
}

/**
 * The private connections between the emulator and its client processes: the Node.js programs that run for it. Each
 * shows a ticket, a secret that only its own environment carries and that tells what it belongs to.
 */
export class Channel {
    private readonly handlers = new Map<string, (client: Connection) => void>();
    private readonly clients = new Set<Connection>();
    private readonly server = net.createServer((socket) => {
        const client = new Connection(socket, (message) => {
            this.accept(message as Hello, client);
        });
        this.clients.add(client);
        client.gone.addEventListener("abort", () => this.clients.delete(client));
    });

    async listen(): Promise<void> {
        await new Promise<void>((resolve, reject) => {
            this.server.once("error", reject);
            this.server.listen(0, "127.0.0.1", resolve);
        });
    }

    /** Returns the environment for one client process, and its connection once it is there. */
    expect(): { readonly environment: NodeJS.ProcessEnv; readonly client: Promise<Connection> } {
        const ticket = randomBytes(16).toString("hex");
        const { port } = this.server.address() as net.AddressInfo;
        const client = new Promise<Connection>((resolve) => {
            this.handlers.set(ticket, resolve);
        });
        return { environment: { ACS_EMULATOR_PORT: String(port), ACS_EMULATOR_TICKET: ticket }, client };
    }

    async close(): Promise<void> {
        for (const client of this.clients) {
            client.destroy();
        }
        await new Promise<void>((resolve) => {
            this.server.close(() => {
                resolve();
            });
        });
    }

    private accept(hello: Hello, client: Connection): void {
        const handler = this.handlers.get(hello.ticket);
        if (handler === undefined) {
            client.destroy();
            return;
        }
        // Whoever expects it sets who gets the rest.
        client.receive(() => undefined);
        handler(client);
    }
}
