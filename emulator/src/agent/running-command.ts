import type { Ending } from "../processes/children";

/** A command that was started on an instance. */
export interface RunningCommand {
    /** Its end, which comes when nobody writes its output any more. */
    readonly finished: Promise<Ending>;
    /** Resolves when its own process is gone, whatever it left behind. */
    readonly ended: Promise<unknown>;
    kill(): void;
    killTree(): void;
}
