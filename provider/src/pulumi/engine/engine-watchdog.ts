import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import type { Clock } from "../../runtime/clock";
import type { EngineConnection } from "./engine-connection";

/** The process that the provider runs in. */
export interface HostProcess {
    /** Calls back when the process is asked to end, by the engine at the end of a command or by somebody else. */
    onEnd(callback: () => void): void;
    exit(): void;
}

/** The engine gives a process five seconds after asking it to end; this leaves one for what comes last. */
const runningTasksMs = 3_000;
const lastTasksMs = 1_500;

const watchIntervalMs = 2_000;

/**
 * Ties the work of this process to the engine that asked for it. Without the engine nobody records what comes of
 * it: so when the engine is gone, waiting ends, nothing new is begun, and the process with it; what runs in the
 * cloud is left running, for the next update to adopt.
 */
export class EngineWatchdog {
    private readonly controller = new AbortController();
    private readonly tasks = new Set<Promise<unknown>>();
    private watching = false;
    private ending = false;

    /**
     * @param engine undefined, as `host`, where the provider runs in no process of its own: in a test, say.
     * @param lastTasks what is to be done before the process ends.
     */
    constructor(
        private readonly engine: () => EngineConnection | undefined,
        private readonly host: HostProcess | undefined,
        private readonly clock: Clock,
        private readonly lastTasks: () => Promise<void>,
    ) {}

    /** Aborted when nobody waits for this process any more. */
    get signal(): AbortSignal {
        return this.controller.signal;
    }

    /** Rejects when the engine is gone. */
    async confirm(): Promise<void> {
        this.signal.throwIfAborted();
        if ((await this.engine()?.isThere()) === false) {
            throw this.end("the Pulumi engine that started it is gone");
        }
    }

    /** Does what the engine asked for. */
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

    /** From now on the process ends with its engine, also while it has nothing to do. */
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
        while ((await this.engine()?.isThere()) !== false) {
            await this.clock.sleep(watchIntervalMs);
        }
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
        // Their answers say what exists, if anybody is there to record it.
        await Promise.race([Promise.allSettled([...this.tasks]), this.clock.sleep(runningTasksMs)]);
        await Promise.race([this.lastTasks().catch(() => undefined), this.clock.sleep(lastTasksMs)]);
        // After the answers have left.
        await this.clock.sleep(20);
        host.exit();
    }
}

/** This very process. */
export function hostProcess(process: NodeJS.Process): HostProcess {
    return {
        onEnd: (callback) => {
            // On Windows the engine asks with a Ctrl-Break.
            for (const signal of ["SIGINT", "SIGTERM", "SIGBREAK"] as const) {
                process.once(signal, callback);
            }
        },
        exit: () => {
            process.exit();
        },
    };
}
