import type { CallListener } from "pulumi-alicloud-app-snapshot-emulator";

import type { RunningCommand } from "../support/stack/test-stack";
import { type CloudView, nameOf } from "./call-names";
import type { KillPoint } from "./point";
import { breaksCall, hit, type Target } from "./target";

/** Follows the calls of one command and kills its target at one of them. */
export class Kill {
    /** Tells whether the call of the kill was made. */
    happened = false;
    /** The command that is followed. */
    command: RunningCommand | undefined;
    private readonly counts = new Map<string, number>();
    private sequence: number | undefined;

    constructor(
        private readonly point: KillPoint,
        private readonly target: Target,
        private readonly cloud: CloudView,
    ) {}

    readonly listener: CallListener = async ({ phase, entry }) => {
        if (phase === "received" && this.isNext(nameOf(entry, this.cloud))) {
            this.sequence = entry.sequence;
        }
        if (entry.sequence !== this.sequence || phase !== this.point.phase || this.command === undefined) {
            return;
        }
        this.happened = true;
        await hit[this.target](this.command);
        return breaksCall(this.target) ? "drop" : undefined;
    };

    private isNext(name: string): boolean {
        const nth = (this.counts.get(name) ?? 0) + 1;
        this.counts.set(name, nth);
        return name === this.point.call.name && nth === this.point.call.nth;
    }
}
