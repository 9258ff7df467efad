import { randomBytes } from "node:crypto";
import net from "node:net";

/** Serves one run of the plugin manager's stub: prints through `print`, returns the exit code. */
export type StubHandler = (
    args: readonly string[],
    print: (text: string) => void,
    /** Aborts when the stub's process is gone. */
    signal: AbortSignal,
) => Promise<number>;

/**
 * The private connection between the emulator and the stubs it starts. A stub shows a ticket, a secret that only
 * the environment of its own command carries and that tells which instance it runs on.
 */
export class Channel {
    private readonly handlers = new Map<string, StubHandler>();
    private readonly sockets = new Set<net.Socket>();
    private readonly server = net.createServer((socket) => {
        this.accept(socket);
    });

    async listen(): Promise<void> {
        await new Promise<void>((resolve, reject) => {
            this.server.once("error", reject);
            this.server.listen(0, "127.0.0.1", resolve);
        });
    }

    /** The environment that lets a stub find its way here. A ticket is never withdrawn: a plugin may outlive its shell. */
    environment(handler: StubHandler): NodeJS.ProcessEnv {
        const ticket = randomBytes(16).toString("hex");
        this.handlers.set(ticket, handler);
        const address = this.server.address() as net.AddressInfo;
        return { ACS_EMULATOR_PORT: String(address.port), ACS_EMULATOR_TICKET: ticket };
    }

    async close(): Promise<void> {
        for (const socket of this.sockets) {
            socket.destroy();
        }
        await new Promise<void>((resolve) => {
            this.server.close(() => {
                resolve();
            });
        });
    }

    private accept(socket: net.Socket): void {
        this.sockets.add(socket);
        const gone = new AbortController();
        socket.on("close", () => {
            this.sockets.delete(socket);
            gone.abort();
        });
        // A stub that was killed resets the connection; "close" follows and says all there is to say.
        socket.on("error", () => undefined);
        socket.setEncoding("utf8");
        let received = "";
        const onData = (chunk: string) => {
            received += chunk;
            const end = received.indexOf("\n");
            if (end >= 0) {
                socket.off("data", onData);
                // Without a reader the end of the connection would go unnoticed.
                socket.resume();
                void this.serve(socket, received.slice(0, end), gone.signal);
            }
        };
        socket.on("data", onData);
    }

    private async serve(socket: net.Socket, line: string, signal: AbortSignal): Promise<void> {
        const send = (message: { output?: string; exitCode?: number }) => {
            if (socket.writable) {
                socket.write(`${JSON.stringify(message)}\n`);
            }
        };
        const { ticket, arguments: args } = readHello(line);
        const handler = this.handlers.get(ticket);
        if (handler === undefined) {
            socket.destroy();
            return;
        }
        const exitCode = await handled(handler, args, send, signal);
        send({ exitCode });
        socket.end();
    }
}

/** A mistake in the emulator must not end its process, only this run. */
async function handled(
    handler: StubHandler,
    args: readonly string[],
    send: (message: { output: string }) => void,
    signal: AbortSignal,
): Promise<number> {
    try {
        return await handler(
            args,
            (output) => {
                send({ output });
            },
            signal,
        );
    } catch (error) {
        send({ output: `the emulator failed: ${String(error)}\n` });
        return 255;
    }
}

function readHello(line: string): { ticket: string; arguments: string[] } {
    try {
        return JSON.parse(line) as { ticket: string; arguments: string[] };
    } catch {
        // Some other program knocked; an unknown ticket closes the connection.
        return { ticket: "", arguments: [] };
    }
}
