import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

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

/** Writes rows 1, 2, 3 … one after the other, each once the one before is acknowledged. */
export class WriteLoad {
    /** So many rows are acknowledged. */
    acknowledged = 0;
    private stopped = false;
    private readonly done: Promise<void>;

    private constructor(
        private readonly session: Session,
        private readonly write: (row: number) => string,
    ) {
        this.done = this.work();
    }

    static start(session: Session, write: (row: number) => string): WriteLoad {
        return new WriteLoad(session, write);
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
            } catch {
                // The server or the client is gone.
                return;
            }
        }
    }
}
