import net from "node:net";

/** One end of the connection between the emulator and a client process: it carries a JSON message per line. */
export class Connection {
    private readonly closed = new AbortController();
    private pending = "";

    constructor(
        private readonly socket: net.Socket,
        private handler: (message: unknown) => void,
    ) {
        socket.setEncoding("utf8");
        socket.on("data", (chunk: string) => {
            this.read(chunk);
        });
        // A process that was killed resets the connection; "close" follows.
        socket.on("error", () => undefined);
        socket.on("close", () => {
            this.closed.abort();
        });
    }

    /** Aborts when the connection is over. */
    get gone(): AbortSignal {
        return this.closed.signal;
    }

    /** Sets who gets the messages from now on. */
    receive(handler: (message: unknown) => void): void {
        this.handler = handler;
    }

    send(message: object): void {
        if (this.socket.writable) {
            this.socket.write(`${JSON.stringify(message)}\n`);
        }
    }

    /** Closes the connection after what was sent. */
    end(): void {
        this.socket.end();
    }

    destroy(): void {
        this.socket.destroy();
    }

    private read(chunk: string): void {
        this.pending += chunk;
        const lines = this.pending.split("\n");
        this.pending = lines.pop() ?? "";
        for (const line of lines) {
            const message = parseMessage(line);
            if (message === undefined) {
                // Some other program has connected.
                this.destroy();
                return;
            }
            this.handler(message);
        }
    }
}

function parseMessage(line: string): unknown {
    try {
        return JSON.parse(line) as unknown;
    } catch {
        return undefined;
    }
}

/** Connects a client process to its emulator, and shows the ticket that the process was given. */
export function connectToEmulator(handler: (message: unknown) => void): Connection {
    const socket = net.connect(Number(process.env.ACS_EMULATOR_PORT), "127.0.0.1", () => {
        emulator.send({ ticket: process.env.ACS_EMULATOR_TICKET });
    });
    const emulator = new Connection(socket, handler);
    return emulator;
}
