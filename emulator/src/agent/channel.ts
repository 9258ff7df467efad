import { randomBytes } from "node:crypto";
import net from "node:net";
import { Peer } from "./peer";

/** One run of the plugin manager's stub. */
export interface Stub {
    arguments: readonly string[];
    print: (text: string) => void;
    /** Makes the stub's process start another Node.js program, in its own process group. */
    start: (file: string, environment: NodeJS.ProcessEnv) => void;
    /** Aborts when the stub's process is gone. */
    signal: AbortSignal;
}

/** Serves a run of the stub; returns its exit code. */
export type StubHandler = (stub: Stub) => Promise<number>;

/** What the emulator tells a stub. */
export type StubOrder =
    { output: string } | { exitCode: number } | { start: string; environment: NodeJS.ProcessEnv };

interface Hello {
    ticket: string;
    arguments: string[];
}

/**
 * The private connection between the emulator and the programs it has started. A program shows a ticket, a secret that
 * only its own environment carries and that tells what it belongs to.
 */
export class Channel {
    private readonly handlers = new Map<string, (hello: Hello, peer: Peer) => void>();
    private readonly peers = new Set<Peer>();
    private readonly server = net.createServer((socket) => {
        const peer = new Peer(socket, (message) => {
            this.accept(message as Hello, peer);
        });
        this.peers.add(peer);
        peer.gone.addEventListener("abort", () => this.peers.delete(peer));
    });

    async listen(): Promise<void> {
        await new Promise<void>((resolve, reject) => {
            this.server.once("error", reject);
            this.server.listen(0, "127.0.0.1", resolve);
        });
    }

    /** The environment that lets a stub find its way here. A ticket is never withdrawn: a plugin may outlive its shell. */
    environment(handler: StubHandler): NodeJS.ProcessEnv {
        return this.admit((hello, peer) => {
            void serve(handler, hello.arguments, peer);
        });
    }

    /** The environment for one other program, and the connection once it has come up. */
    expect(): { environment: NodeJS.ProcessEnv; peer: Promise<Peer> } {
        let environment: NodeJS.ProcessEnv = {};
        const peer = new Promise<Peer>((resolve) => {
            environment = this.admit((_, connected) => {
                resolve(connected);
            });
        });
        return { environment, peer };
    }

    async close(): Promise<void> {
        for (const peer of this.peers) {
            peer.destroy();
        }
        await new Promise<void>((resolve) => {
            this.server.close(() => {
                resolve();
            });
        });
    }

    private admit(handler: (hello: Hello, peer: Peer) => void): NodeJS.ProcessEnv {
        const ticket = randomBytes(16).toString("hex");
        this.handlers.set(ticket, handler);
        const address = this.server.address() as net.AddressInfo;
        return { ACS_EMULATOR_PORT: String(address.port), ACS_EMULATOR_TICKET: ticket };
    }

    private accept(hello: Hello, peer: Peer): void {
        const handler = this.handlers.get(hello.ticket);
        if (handler === undefined) {
            peer.destroy();
            return;
        }
        // A stub says nothing more; whoever expects more takes over.
        peer.receive(() => undefined);
        handler(hello, peer);
    }
}

async function serve(handler: StubHandler, args: readonly string[], peer: Peer): Promise<void> {
    const send = (order: StubOrder) => {
        peer.send(order);
    };
    const stub: Stub = {
        arguments: args,
        print: (output) => {
            send({ output });
        },
        start: (file, environment) => {
            send({ start: file, environment });
        },
        signal: peer.gone,
    };
    send({ exitCode: await handled(handler, stub) });
    peer.end();
}

/** A mistake in the emulator must not end its process, only this run. */
async function handled(handler: StubHandler, stub: Stub): Promise<number> {
    try {
        return await handler(stub);
    } catch (error) {
        stub.print(`the emulator failed: ${String(error)}\n`);
        return 255;
    }
}
