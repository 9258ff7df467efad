import type { Clock } from "../clock/clock";
import type { Instance } from "../world/instance";

/** The part of the plugin that freezes and thaws: a process beside it, which does not end with it. */
export interface Freezer {
    /** Freezes all file systems, and thaws them by itself after `timeoutMs`. Resolves to what went wrong, if anything. */
    freeze(timeoutMs: number): Promise<string | undefined>;
    /** Thaws them. Resolves to false when they are thawed already, or when no freezer is left. */
    thaw(): Promise<boolean>;
}

/** The freezer of an instance whose file systems exist in the model only. */
export class ModelledFreezer implements Freezer {
    private cancel: () => void = () => undefined;
    private expired = false;

    constructor(
        private readonly instance: Instance,
        private readonly clock: Clock,
        /** True once everything that the command started was killed, the freezer too. */
        private readonly killed: () => boolean,
    ) {}

    freeze(timeoutMs: number): Promise<string | undefined> {
        if (this.instance.frozen) {
            return Promise.resolve("the file systems are frozen already");
        }
        this.instance.frozen = true;
        this.cancel = this.clock.after(timeoutMs, () => {
            if (!this.killed()) {
                this.expired = true;
                this.instance.frozen = false;
            }
        });
        return Promise.resolve(undefined);
    }

    thaw(): Promise<boolean> {
        this.cancel();
        this.instance.frozen = false;
        return Promise.resolve(!this.expired);
    }
}
