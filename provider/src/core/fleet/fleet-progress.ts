import type { Clock } from "../../runtime/clock";
import type { Logger } from "../../runtime/logger";
import { timeSpent } from "../../runtime/progress";

/** The shortest time between two status lines. */
const intervalMs = 1_000;

/** An instance that is being worked on. */
interface Instance {
    readonly since: number;
    /** The latest status. */
    readonly status: string;
}

/** Shows the progress of a fleet in one status line, and the messages of its instances without repetitions. */
export class FleetProgress {
    private readonly active = new Map<string, Instance>();
    private readonly said = new Set<string>();
    private done = 0;
    private failed = 0;
    private shownAt = -Infinity;

    /** @param total the number of instances. */
    constructor(
        private readonly log: Logger,
        private readonly clock: Clock,
        private readonly total: number,
    ) {}

    /** Records that the work on an instance begins; returns its logger. */
    begin(instanceId: string): Logger {
        const since = this.clock.now();
        this.active.set(instanceId, { since, status: "starting" });
        return {
            status: (status) => {
                this.active.set(instanceId, { since, status });
                this.show();
            },
            info: (message) => {
                this.once(message, () => {
                    this.log.info(message);
                });
            },
            warn: (message) => {
                this.once(message, () => {
                    this.log.warn(message);
                });
            },
            debug: (message) => {
                this.log.debug(message);
            },
        };
    }

    /** Records that the work on an instance has ended. */
    end(instanceId: string, isFinished: boolean): void {
        this.active.delete(instanceId);
        this.done += isFinished ? 1 : 0;
        this.failed += isFinished ? 0 : 1;
        this.show();
    }

    private show(): void {
        const now = this.clock.now();
        if (now - this.shownAt < intervalMs) {
            return;
        }
        this.shownAt = now;
        this.log.status(this.line(now));
    }

    private line(now: number): string {
        const counts = [
            `${this.done} of ${this.total} done`,
            ...(this.failed === 0 ? [] : [`${this.failed} failed`]),
        ];
        const slowest = this.slowest();
        if (slowest === undefined) {
            return counts.join(", ");
        }
        const [instanceId, { status, since }] = slowest;
        return [...counts, `the slowest: ${instanceId} (${status}, ${timeSpent(now - since)})`].join(", ");
    }

    /** The instance that has taken longest so far. */
    private slowest(): readonly [string, Instance] | undefined {
        // A map is in the order of insertion, and time does not go back.
        const [first] = this.active;
        return first;
    }

    private once(message: string, say: () => void): void {
        if (!this.said.has(message)) {
            this.said.add(message);
            say();
        }
    }
}
