import type { CallListener } from "pulumi-alicloud-app-snapshot-emulator";
import type { RunningCommand } from "../support/stack/test-stack";
import { nameOf, type CloudView } from "./call-names";
import type { Point } from "./point";
import { breaksCall, strikes, type Victim } from "./victim";

/** Follows the calls of one command and kills at one moment of it. */
export class Strike {
    /** Whether that moment came. */
    struck = false;
    /** The command that is followed. */
    command: RunningCommand | undefined;
    private readonly counts = new Map<string, number>();
    private sequence: number | undefined;

    constructor(
        private readonly point: Point,
        private readonly victim: Victim,
        private readonly cloud: CloudView,
    ) {}

    readonly listener: CallListener = async ({ phase, entry }) => {
        if (phase === "received" && this.isNext(nameOf(entry, this.cloud))) {
            this.sequence = entry.sequence;
        }
        if (entry.sequence !== this.sequence || phase !== this.point.phase || this.command === undefined) {
            return;
        }
        this.struck = true;
        await strikes[this.victim](this.command);
        return breaksCall(this.victim) ? "drop" : undefined;
    };

    private isNext(name: string): boolean {
        const nth = (this.counts.get(name) ?? 0) + 1;
        this.counts.set(name, nth);
        return name === this.point.call.name && nth === this.point.call.nth;
    }
}
