import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { end } from "./processes";

/** A database's client that takes statements line by line and prints what they yield. */
export class Session {
    private readonly lines: AsyncIterator<string>;
    private count = 0;

    /** The client must not buffer its output. `mark` returns a statement that prints a given text on a line. */
    constructor(
        private readonly client: ChildProcess,
        private readonly mark: (text: string) => string,
    ) {
        if (client.stdin === null || client.stdout === null) {
            throw new Error("The client needs pipes.");
        }
        // The end of its output shows the end of the client.
        client.stdin.on("error", () => undefined);
        this.lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
    }

    /** Returns the lines that the statements print. Fails if the client ends before it has executed them. */
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

/** Asks one question after another in a session that is opened on demand, and again when it has ended. */
export class Questions {
    private session: Session | undefined;
    private last: Promise<unknown> = Promise.resolve();

    constructor(private readonly open: () => Session) {}

    /** Returns the lines that the statements print. Fails if the client ends before it has executed them. */
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

/** The pace of writes: often enough that there is always one, or each as soon as the last is answered. */
export type Pace = "steady" | "full";

const pauseMs: Readonly<Record<Pace, number>> = { steady: 5, full: 0 };

/** Writes rows 1, 2, 3 …, each once the last one is acknowledged. */
export class WriteLoad {
    /** The number of acknowledged rows. */
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
