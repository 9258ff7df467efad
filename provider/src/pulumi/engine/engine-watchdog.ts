import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { Clock } from "../../runtime/clock";
import type { EngineConnection } from "./engine-connection";

/** The process that the provider runs in. */
export interface HostProcess {
    /** Calls back when the engine, at the end of a command, or anyone else asks the process to exit. */
    onEnd(callback: () => void): void;
    exit(): void;
}

/** The engine gives a process five seconds to exit. These times for running and last tasks stay within that. */
const runningTasksMs = 3_000;
const lastTasksMs = 1_500;

const watchIntervalMs = 2_000;

/**
 * Ties the work of this process to its engine, without which no result is recorded. When the engine has exited, all
 * waits end, nothing new is started, and the process exits. A run in the cloud goes on, and the next update adopts it.
 */
export class EngineWatchdog {
    private readonly controller = new AbortController();
    private readonly tasks = new Set<Promise<unknown>>();
    private watching = false;
    private ending = false;

    /**
     * @param engine returns undefined if there is no engine, as in a test.
     * @param host undefined if the provider has no process of its own, as in a test.
     * @param lastTasks run before the process exits.
     */
    constructor(
        private readonly engine: () => EngineConnection | undefined,
        private readonly host: HostProcess | undefined,
        private readonly clock: Clock,
        private readonly lastTasks: () => Promise<void>,
    ) {}

    /** Aborted when no engine waits for this process any more. */
    get signal(): AbortSignal {
        return this.controller.signal;
    }

    /** Rejects if the engine has exited. */
    async confirm(): Promise<void> {
        this.signal.throwIfAborted();
        if ((await this.engine()?.isThere()) === false) {
            throw this.end("the Pulumi engine that started it is gone");
        }
    }

    /** Runs a task of the engine, for which a shutdown waits a while. */
    async run<T>(work: () => Promise<T>): Promise<T> {
        this.watch();
        const task = work();
        this.tasks.add(task);
        try {
            return await task;
        } finally {
            this.tasks.delete(task);
        }
    }

    /** Makes the process exit with its engine from now on, even when it is idle. */
    watch(): void {
        const { host } = this;
        if (this.watching || host === undefined || this.engine() === undefined) {
            return;
        }
        this.watching = true;
        host.onEnd(() => {
            this.end("the Pulumi engine, or somebody else, told the provider process to exit");
            void this.shutdown(host);
        });
        void this.watchEngine(host);
    }

    private async watchEngine(host: HostProcess): Promise<void> {
        // It has just called, so the first question can wait.
        do {
            await this.clock.sleep(watchIntervalMs);
        } while ((await this.engine()?.isThere()) !== false);
        this.end("the Pulumi engine that started it is gone");
        await this.shutdown(host);
    }

    private end(detail: string): AppSnapshotError {
        const reason = new AppSnapshotError(ownErrors.Interrupted, { detail });
        this.controller.abort(reason);
        return reason;
    }

    private async shutdown(host: HostProcess): Promise<void> {
        if (this.ending) {
            return;
        }
        this.ending = true;
        // Their answers name what exists, in case the engine can still record it.
        await Promise.race([Promise.allSettled([...this.tasks]), this.clock.sleep(runningTasksMs)]);
        await Promise.race([this.lastTasks().catch(() => undefined), this.clock.sleep(lastTasksMs)]);
        // Lets the answers leave the process.
        await this.clock.sleep(20);
        host.exit();
    }
}

/** Wraps the current process. */
export function hostProcess(process: NodeJS.Process): HostProcess {
    return {
        onEnd: (callback) => {
            // On Windows the engine sends Ctrl-Break.
            for (const signal of ["SIGINT", "SIGTERM", "SIGBREAK"] as const) {
                process.once(signal, callback);
            }
        },
        exit: () => {
            process.exit();
        },
    };
}
