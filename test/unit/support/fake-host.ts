import type { EngineConnection, EngineMessage } from "../../../provider/src/pulumi/engine/engine-connection";
import type { HostProcess } from "../../../provider/src/pulumi/engine/engine-watchdog";

/** The process around the provider; its end is only counted. */
export class FakeHost implements HostProcess {
    /** The number of hooks for its end. */
    hooks = 0;
    exits = 0;
    private callbacks: (() => void)[] = [];

    onEnd(callback: () => void): void {
        this.hooks += 1;
        this.callbacks.push(callback);
    }

    exit(): void {
        this.exits += 1;
    }

    /** Asks the process to end, as the engine does. */
    end(): void {
        for (const callback of this.callbacks) {
            callback();
        }
    }
}

/** An engine that lives until the test ends it. */
export class FakeEngine implements EngineConnection {
    there = true;
    /** The number of questions to it. */
    asked = 0;
    readonly sent: EngineMessage[] = [];

    send(message: EngineMessage): Promise<void> {
        this.sent.push(message);
        return Promise.resolve();
    }

    allSent(): Promise<void> {
        return Promise.resolve();
    }

    isThere(): Promise<boolean> {
        this.asked += 1;
        return Promise.resolve(this.there);
    }
}
