import { randomBytes } from "node:crypto";
import net from "node:net";

/** A run of a shim: of the plugin manager or of another program of the instance. */
export interface ShimCall {
    readonly name: string;
    readonly arguments: readonly string[];
    readonly print: (text: string) => void;
    readonly complain: (text: string) => void;
    /** Makes the process run this machine's program of the same name; resolves to its exit code. */
    readonly runHere: (args: readonly string[]) => Promise<number>;
    /** Replaces the process by this machine's program of the same name; what is returned then reaches nobody. */
    readonly become: (args: readonly string[]) => number;
    /** Makes the process start a Node.js program, which may outlive it, in its own process group. */
    readonly start: (file: string, environment: NodeJS.ProcessEnv) => void;
    /** Aborts when the shim's process is gone. */
    readonly signal: AbortSignal;
}

/** Serves a run of a shim; returns its exit code. */
export type ShimHandler = (call: ShimCall) => Promise<number>;

/**
 * The private connections between the emulator and its shims on the path of commands. Both sides speak in fields that
 * end with a NUL, which no argument of a program can contain: a shell can do that too, and starts many times faster than
 * Node.js. Each shim shows a ticket, a secret that only its own environment carries and that tells to which command it
 * belongs. A ticket is never withdrawn: a plugin may outlive its shell.
 */
export class ShimChannel {
    private readonly handlers = new Map<string, ShimHandler>();
    private readonly sockets = new Set<net.Socket>();
    private readonly server = net.createServer((socket) => {
        this.sockets.add(socket);
        // A shim that is killed resets the connection.
        socket.on("error", () => undefined);
        socket.on("close", () => this.sockets.delete(socket));
        void this.serve(new Fields(socket));
    });

    async listen(): Promise<void> {
        await new Promise<void>((resolve, reject) => {
            this.server.once("error", reject);
            // Commands that start at the same time connect at the same time.
            this.server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve);
        });
    }

    /** Returns the environment that lets a shim connect. */
    environment(handler: ShimHandler): NodeJS.ProcessEnv {
        const ticket = randomBytes(16).toString("hex");
        this.handlers.set(ticket, handler);
        const address = this.server.address() as net.AddressInfo;
        return { ACS_EMULATOR_SHIMS: String(address.port), ACS_EMULATOR_SHIM_TICKET: ticket };
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

    private async serve(fields: Fields): Promise<void> {
        const [ticket = "", name = "", count = ""] = await fields.read(3);
        const handler = this.handlers.get(ticket);
        if (handler === undefined) {
            fields.destroy();
            return;
        }
        const call: ShimCall = {
            name,
            arguments: await fields.read(Number(count)),
            print: (text) => {
                fields.write("output", escaped(text));
            },
            complain: (text) => {
                fields.write("error", escaped(text));
            },
            runHere: async (args) => {
                fields.write("run", String(args.length), ...args);
                const [exitCode = "255"] = await fields.read(1);
                return Number(exitCode);
            },
            become: (args) => {
                fields.write("become", String(args.length), ...args);
                return 0;
            },
            start: (file, environment) => {
                const variables = Object.entries(environment).map(([key, value]) => `${key}=${value ?? ""}`);
                fields.write("start", String(variables.length + 1), ...variables, file);
            },
            signal: fields.gone,
        };
        fields.write("exit", String(await exitCodeOf(handler(call), call.complain)));
        fields.end();
    }
}

/** Escapes a text as the shell's `printf %b` reads it, because a script may print a NUL. */
function escaped(text: string): string {
    return text.replaceAll("\\", "\\\\").replaceAll("\0", "\\0000");
}

/** Waits for the exit code of a run. A mistake in the emulator must not end its process, only this run. */
async function exitCodeOf(run: Promise<number>, complain: (text: string) => void): Promise<number> {
    try {
        return await run;
    } catch (thrown) {
        complain(`the emulator failed: ${String(thrown)}\n`);
        return 255;
    }
}

/** One end of a connection, field by field. */
class Fields {
    private received = Buffer.alloc(0);
    private wake: () => void = () => undefined;
    private readonly closed = new AbortController();

    constructor(private readonly socket: net.Socket) {
        socket.on("data", (chunk: Buffer) => {
            this.received = Buffer.concat([this.received, chunk]);
            this.wake();
        });
        socket.on("close", () => {
            this.closed.abort();
            this.wake();
        });
    }

    /** Aborts when the connection is over. */
    get gone(): AbortSignal {
        return this.closed.signal;
    }

    /** Reads the next fields; fewer if the other end is gone. */
    async read(count: number): Promise<string[]> {
        const fields: string[] = [];
        while (fields.length < count) {
            const end = this.received.indexOf(0);
            if (end >= 0) {
                fields.push(this.received.toString("utf8", 0, end));
                this.received = this.received.subarray(end + 1);
            } else if (this.gone.aborted) {
                break;
            } else {
                await new Promise<void>((resolve) => {
                    this.wake = resolve;
                });
            }
        }
        return fields;
    }

    write(...fields: string[]): void {
        if (this.socket.writable) {
            this.batch();
            this.socket.write(fields.map((field) => `${field}\0`).join(""));
        }
    }

    /** Sends what is written before the next tick at once. */
    private batch(): void {
        if (this.socket.writableCorked === 0) {
            this.socket.cork();
            process.nextTick(() => {
                this.socket.uncork();
            });
        }
    }

    end(): void {
        this.socket.end();
    }

    destroy(): void {
        this.socket.destroy();
    }
}
