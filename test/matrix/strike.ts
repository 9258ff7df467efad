import type { CallListener } from "pulumi-alicloud-app-snapshot-emulator";
import { nameOf, type CloudView } from "./call-names";
import type { Point } from "./point";
import { engineProcesses, signal, stillThere, type EngineProcess } from "./processes";
import { breaksCall, partsOf, type Victim } from "./victim";

/** By then a killed process is gone. */
const killMilliseconds = 10_000;

/** Between the two of a double Ctrl-C; no less, or the engine would take them for one. */
const ctrlCMilliseconds = 200;

/** Follows the calls of one command and kills at one moment of it. */
export class Strike {
    /** The provider's processes at that moment; undefined as long as nothing has been killed. */
    providers: readonly EngineProcess[] | undefined;
    private readonly counts = new Map<string, number>();
    private sequence: number | undefined;

    /** @param home the PULUMI_HOME of the stack, by which its processes are known. */
    constructor(
        private readonly point: Point,
        private readonly victim: Victim,
        private readonly home: string,
        private readonly cloud: CloudView,
    ) {}

    readonly listener: CallListener = async ({ phase, entry }) => {
        if (phase === "received" && this.isNext(nameOf(entry, this.cloud))) {
            this.sequence = entry.sequence;
        }
        if (entry.sequence !== this.sequence || phase !== this.point.phase) {
            return;
        }
        const processes = await engineProcesses(this.home);
        const hit = processes.filter(({ part }) => partsOf(this.victim).includes(part));
        if (new Set(hit.map(({ part }) => part)).size < partsOf(this.victim).length) {
            // Nothing is proved by a kill that hits nobody.
            return;
        }
        this.providers = processes.filter(({ part }) => part === "provider");
        await (this.victim === "ctrl-c" ? interruptTwice(hit) : kill(hit));
        return breaksCall(this.victim) ? "drop" : undefined;
    };

    private isNext(name: string): boolean {
        const nth = (this.counts.get(name) ?? 0) + 1;
        this.counts.set(name, nth);
        return name === this.point.call.name && nth === this.point.call.nth;
    }
}

async function interruptTwice(processes: readonly EngineProcess[]): Promise<void> {
    signal(processes, "SIGINT");
    await new Promise((resolve) => setTimeout(resolve, ctrlCMilliseconds));
    signal(processes, "SIGINT");
}

async function kill(processes: readonly EngineProcess[]): Promise<void> {
    signal(processes, "SIGKILL");
    await stillThere(processes, killMilliseconds);
}
