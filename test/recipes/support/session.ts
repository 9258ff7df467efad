import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { end } from "./processes";

/** A database's client that takes statements line by line and prints what they yield. */
export class Session {
    private readonly lines: AsyncIterator<string>;
    private count = 0;

    /** The client must not buffer what it prints. `mark` is a statement that prints the text it is given on a line. */
    constructor(
        private readonly client: ChildProcess,
        private readonly mark: (text: string) => string,
    ) {
        if (client.stdin === null || client.stdout === null) {
            throw new Error("The client needs pipes.");
        }
        // The end of the client is noticed by the end of its output.
        client.stdin.on("error", () => undefined);
        this.lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
    }

    /** The lines that the statements print. Fails when the client ends before it has done them. */
    async ask(statements: string): Promise<string[]> {
        this.count += 1;
        const last = `done-${this.count}`;
        this.client.stdin?.write(`${statements}\n${this.mark(last)}\n`);
        const answer: string[] = [];
        for (;;) {
            const next = await this.lines.next();
            if (next.done === true) {
                throw new Error(`The client ended at: ${statements}`);
            }
            const line = next.value.trimEnd();
            if (line === last) {
                return answer;
            }
            answer.push(line);
        }
    }

    /** Ends the client as if it had been killed. */
    close(): Promise<void> {
        return end(this.client, "SIGKILL");
    }
}

/** Asks one thing after the other in a session that is opened when it is needed, and anew when it has ended. */
export class Questions {
    private session: Session | undefined;
    private last: Promise<unknown> = Promise.resolve();

    constructor(private readonly open: () => Session) {}

    /** The lines that the statements print. Fails when the client ends before it has done them. */
    ask(statements: string): Promise<string[]> {
        const answer = this.last.then(() => this.askNow(statements));
        this.last = answer.catch(() => undefined);
        return answer;
    }

    async close(): Promise<void> {
        await this.session?.close();
        this.session = undefined;
    }

    private async askNow(statements: string): Promise<string[]> {
        this.session ??= this.open();
        try {
            return await this.session.ask(statements);
        } catch (thrown) {
            await this.close();
            throw thrown;
        }
    }
}

/** How soon one write follows another: so often that something is always written to, or as soon as it is answered. */
export type Pace = "steady" | "full";

const pauseMs: Readonly<Record<Pace, number>> = { steady: 5, full: 0 };

/** Writes rows 1, 2, 3 … one after the other, each once the one before is acknowledged. */
export class WriteLoad {
    /** So many rows are acknowledged. */
    acknowledged = 0;
    private stopped = false;
    private readonly done: Promise<void>;

    private constructor(
        private readonly session: Session,
        private readonly write: (row: number) => string,
        private readonly pause: number,
    ) {
        this.done = this.work();
    }

    static start(session: Session, write: (row: number) => string, pace: Pace = "steady"): WriteLoad {
        return new WriteLoad(session, write, pauseMs[pace]);
    }

    /** Stops at once, whether or not the last row has been acknowledged. */
    async stop(): Promise<void> {
        this.stopped = true;
        await this.session.close();
        await this.done;
    }

    private async work(): Promise<void> {
        while (!this.stopped) {
            try {
                await this.session.ask(this.write(this.acknowledged + 1));
                this.acknowledged += 1;
                if (this.pause > 0) {
                    await sleep(this.pause);
                }
            } catch {
                // The server or the client is gone.
                return;
            }
        }
    }
}
