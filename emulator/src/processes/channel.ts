import { randomBytes } from "node:crypto";
import net from "node:net";

import { Connection } from "./connection";

/** One run of the plugin manager's shim. */
interface ManagerShim {
    readonly arguments: readonly string[];
    readonly print: (text: string) => void;
    /** Makes the shim's process start another Node.js program, in its own process group. */
    readonly start: (file: string, environment: NodeJS.ProcessEnv) => void;
    /** Aborts when the shim's process is gone. */
    readonly signal: AbortSignal;
}

/** Serves a run of the shim; returns its exit code. */
export type ManagerShimHandler = (shim: ManagerShim) => Promise<number>;

/** An order of the emulator to the plugin manager's shim. */
export type ManagerShimOrder =
    | { readonly output: string }
    | { readonly exitCode: number }
    | { readonly start: string; readonly environment: NodeJS.ProcessEnv };

interface Hello {
    readonly ticket: string;
    readonly arguments: readonly string[];
}

type HelloHandler = (hello: Hello, client: Connection) => void;

/**
 * The private connections between the emulator and its client processes: the Node.js programs that run for it. Each
 * shows a ticket, a secret that only its own environment carries and that tells what it belongs to.
 */
export class Channel {
    private readonly handlers = new Map<string, HelloHandler>();
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

    /** Returns the environment that lets a shim connect. A ticket is never withdrawn: a plugin may outlive its shell. */
    environment(handler: ManagerShimHandler): NodeJS.ProcessEnv {
        return this.admit((hello, client) => {
            void serve(handler, hello.arguments, client);
        });
    }

    /** Returns the environment for one other client process, and its connection once it is there. */
    expect(): { readonly environment: NodeJS.ProcessEnv; readonly client: Promise<Connection> } {
        let environment: NodeJS.ProcessEnv = {};
        const client = new Promise<Connection>((resolve) => {
            environment = this.admit((_, connected) => {
                resolve(connected);
            });
        });
        return { environment, client };
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

    private admit(handler: HelloHandler): NodeJS.ProcessEnv {
        const ticket = randomBytes(16).toString("hex");
        this.handlers.set(ticket, handler);
        const address = this.server.address() as net.AddressInfo;
        return { ACS_EMULATOR_PORT: String(address.port), ACS_EMULATOR_TICKET: ticket };
    }

    private accept(hello: Hello, client: Connection): void {
        const handler = this.handlers.get(hello.ticket);
        if (handler === undefined) {
            client.destroy();
            return;
        }
        // A shim says nothing more; whoever expects more sets a handler of its own.
        client.receive(() => undefined);
        handler(hello, client);
    }
}

async function serve(
    handler: ManagerShimHandler,
    args: readonly string[],
    client: Connection,
): Promise<void> {
    const send = (order: ManagerShimOrder) => {
        client.send(order);
    };
    const shim: ManagerShim = {
        arguments: args,
        print: (output) => {
            send({ output });
        },
        start: (file, environment) => {
            send({ start: file, environment });
        },
        signal: client.gone,
    };
    const exitCode = await exitCodeOf(handler(shim), shim.print);
    send({ exitCode });
    client.end();
}

/** Waits for the exit code of a run. A mistake in the emulator must not end its process, only this run. */
export async function exitCodeOf(run: Promise<number>, print: (text: string) => void): Promise<number> {
    try {
        return await run;
    } catch (thrown) {
        print(`the emulator failed: ${String(thrown)}\n`);
        return 255;
    }
}
