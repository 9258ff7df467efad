import path from "node:path";

import type { Channel } from "../processes/channel";
import type { Connection } from "../processes/connection";
import type { Instance } from "../world/instance";
import type { Freezer } from "./freezer";
import { Guard } from "./guard";
import type { FreezerOrder, FreezerReport } from "./messages";

const program = path.join(__dirname, "freezer-program.js");
const patienceMs = 5000;

/** Starts a Node.js program as a child of the plugin's process. */
export type StartProgram = (file: string, environment: NodeJS.ProcessEnv) => void;

/** Freezes the real file systems of an instance through a process of its own. */
export class FreezerProcess implements Freezer {
    private client: Connection | undefined;
    private guard: Guard | undefined;
    private closing = false;
    /** The outcome of the freeze. */
    private readonly begun = deferred<FreezerReport | "gone">();
    /** The end of it: thawed, failed, or killed without having said so. */
    private readonly over = deferred<FreezerReport | "gone">();

    constructor(
        private readonly instance: Instance,
        private readonly channel: Channel,
        private readonly start: StartProgram,
        /** Aborts when the plugin's process is killed; the freezer goes on. */
        private readonly signal: AbortSignal,
    ) {}

    async freeze(timeoutMs: number): Promise<string | undefined> {
        const client = await this.connect();
        if (client === undefined) {
            return "the plugin was killed";
        }
        if (this.closing) {
            client.end();
            return "the emulator is ending";
        }
        this.guard = new Guard(this.instance.mounts);
        if (!this.guard.ready) {
            client.end();
            return "nobody would thaw if the emulator ended, as /bin/sh cannot be started";
        }
        this.listen(client);
        send(client, { freeze: [...this.instance.mounts], timeoutMs });
        const answer = await Promise.race([this.begun.promise, aborted(this.signal)]);
        if (answer === "gone" || answer === "aborted") {
            return `the ${answer === "gone" ? "freezer" : "plugin"} was killed`;
        }
        return answer.report === "failed" ? answer.problem : undefined;
    }

    async thaw(): Promise<boolean> {
        if (this.client === undefined) {
            return false;
        }
        // A process that has thawed already, or is gone, only reports it.
        send(this.client, { thaw: true });
        const answer = await this.over.promise;
        return answer !== "gone" && answer.report === "thawed" && answer.by === "order" && answer.clean;
    }

    /** Has the process thaw, if it lives; nothing is frozen from now on. */
    async release(): Promise<void> {
        this.closing = true;
        let timer: NodeJS.Timeout | undefined;
        const patience = new Promise<void>((resolve) => {
            timer = setTimeout(resolve, patienceMs);
        });
        await Promise.race([this.guard === undefined ? undefined : this.thaw(), patience]);
        clearTimeout(timer);
    }

    /** Thaws what the process left frozen, once it is gone. */
    async close(): Promise<void> {
        await this.guard?.thaw();
    }

    /** Starts the process; resolves to undefined when the plugin is killed before its freezer has come up. */
    private async connect(): Promise<Connection | undefined> {
        const { environment, client } = this.channel.expect();
        this.start(program, environment);
        const first = await Promise.race([client, aborted(this.signal)]);
        if (first === "aborted") {
            // Without an order and without a connection it ends by itself.
            void client.then((late) => {
                late.end();
            });
            return undefined;
        }
        return (this.client = first);
    }

    private listen(client: Connection): void {
        const before = this.instance.frozen;
        let reported = false;
        client.receive((message) => {
            const report = message as FreezerReport;
            reported = true;
            this.begun.resolve(report);
            if (report.report === "frozen") {
                this.instance.frozen = true;
                return;
            }
            this.over.resolve(report);
            this.instance.frozen = before;
            if (report.clean) {
                void this.guard?.dismiss();
            }
        });
        void aborted(client.gone).then(() => {
            // Killed in the middle of the freeze: some of it may be frozen.
            this.instance.frozen ||= !reported;
            this.begun.resolve("gone");
            this.over.resolve("gone");
        });
    }
}

interface Deferred<T> {
    readonly promise: Promise<T>;
    /** Resolves the promise; only the first value counts. */
    readonly resolve: (value: T) => void;
}

function deferred<T>(): Deferred<T> {
    let resolve: (value: T) => void = () => undefined;
    const promise = new Promise<T>((settle) => {
        resolve = settle;
    });
    return { promise, resolve };
}

function send(client: Connection, order: FreezerOrder): void {
    client.send(order);
}

function aborted(signal: AbortSignal): Promise<"aborted"> {
    return new Promise((resolve) => {
        const onAbort = () => {
            resolve("aborted");
        };
        if (signal.aborted) {
            onAbort();
        } else {
            signal.addEventListener("abort", onAbort, { once: true });
        }
    });
}
