import { randomBytes } from "node:crypto";
import net from "node:net";

import { exitCodeOf } from "../processes/channel";

/** A run of a program of the instance, as its shim has it. */
interface ProgramCall {
    readonly name: string;
    readonly arguments: readonly string[];
    readonly print: (text: string) => void;
    readonly complain: (text: string) => void;
    /** Makes the process run this machine's program of the same name; resolves to its exit code. */
    readonly runHere: (args: readonly string[]) => Promise<number>;
    /** Replaces the process by this machine's program of the same name; what is returned then reaches nobody. */
    readonly become: (args: readonly string[]) => number;
}

/** Serves a call; returns the exit code. */
type ProgramHandler = (call: ProgramCall) => Promise<number>;

/**
 * The private connections between the emulator and the shims of the instance's programs. Both sides speak in fields that
 * end with a NUL, which no argument of a program can contain: a shell can do that too, and starts many times faster than
 * Node.js. Each shim shows a ticket, which tells to which command it belongs.
 */
export class ProgramChannel {
    private readonly handlers = new Map<string, ProgramHandler>();
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
            this.server.listen(0, "127.0.0.1", resolve);
        });
    }

    /** Returns the environment that lets a shim connect. */
    environment(handler: ProgramHandler): NodeJS.ProcessEnv {
        const ticket = randomBytes(16).toString("hex");
        this.handlers.set(ticket, handler);
        const address = this.server.address() as net.AddressInfo;
        return { ACS_EMULATOR_PROGRAMS: String(address.port), ACS_EMULATOR_PROGRAM_TICKET: ticket };
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
        const call: ProgramCall = {
            name,
            arguments: await fields.read(Number(count)),
            print: (text) => {
                fields.write("output", text);
            },
            complain: (text) => {
                fields.write("error", text);
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
        };
        fields.write("exit", String(await exitCodeOf(handler(call), call.complain)));
        fields.end();
    }
}

/** One end of a connection, field by field. */
class Fields {
    private received = Buffer.alloc(0);
    private wake: () => void = () => undefined;
    private over = false;

    constructor(private readonly socket: net.Socket) {
        socket.on("data", (chunk: Buffer) => {
            this.received = Buffer.concat([this.received, chunk]);
            this.wake();
        });
        socket.on("close", () => {
            this.over = true;
            this.wake();
        });
    }

    /** Reads the next fields; fewer if the other end is gone. */
    async read(count: number): Promise<string[]> {
        const fields: string[] = [];
        while (fields.length < count) {
            const end = this.received.indexOf(0);
            if (end >= 0) {
                fields.push(this.received.toString("utf8", 0, end));
                this.received = this.received.subarray(end + 1);
            } else if (this.over) {
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
            this.socket.write(fields.map((field) => `${field}\0`).join(""));
        }
    }

    end(): void {
        this.socket.end();
    }

    destroy(): void {
        this.socket.destroy();
    }
}
