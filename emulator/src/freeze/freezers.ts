import type { Clock } from "../clock/clock";
import { during } from "../clock/work";
import type { Channel } from "../processes/channel";
import type { Instance } from "../world/instance";
import { type Freezer, ModelledFreezer } from "./freezer";
import { FreezerProcess, type StartProgram } from "./freezer-process";

/** The plugin's process, as far as its freezer depends on it. */
interface PluginProcess {
    readonly start: StartProgram;
    /** Aborts when it is killed. */
    readonly signal: AbortSignal;
    /** True once it was killed together with everything it had started. */
    readonly treeKilled: () => boolean;
}

/** Makes the freezers of all runs of the plugin, and ensures that none of them leaves anything frozen for good. */
export class Freezers {
    private readonly processes: FreezerProcess[] = [];
    private closing = false;

    constructor(private readonly channel: Channel) {}

    /** Makes the freezer for one run: a real one if the instance has real file systems. */
    create(instance: Instance, clock: Clock, plugin: PluginProcess): Freezer {
        if (instance.mounts.length === 0) {
            return new ModelledFreezer(instance, clock, plugin.treeKilled);
        }
        if (this.closing) {
            return closed;
        }
        const freezer = new FreezerProcess(instance, this.channel, plugin.start, plugin.signal);
        this.processes.push(freezer);
        return {
            freeze: (timeoutMs) => during(clock, freezer.freeze(timeoutMs)),
            thaw: () => during(clock, freezer.thaw()),
        };
    }

    /** Has those that live thaw. Nothing is frozen from now on. */
    async release(): Promise<void> {
        this.closing = true;
        await Promise.all(this.processes.map((freezer) => freezer.release()));
    }

    /** Thaws what is left, once all processes are gone. */
    async close(): Promise<void> {
        await Promise.all(this.processes.map((freezer) => freezer.close()));
    }
}

const closed: Freezer = {
    freeze: () => Promise.resolve("the emulator is ending"),
    thaw: () => Promise.resolve(false),
};
