/** The calls of an operation that were admitted, and what they have cost. */
export interface OperationCost {
    readonly calls: number;
    /** The number of those that were answered by a throttling code. */
    readonly throttled: number;
    /** The time within the operation, in milliseconds: without HTTP, signatures and what comes after the answer. */
    readonly ms: number;
}

/** The cost of an emulator since its start. */
export interface Cost {
    /** The processor time of the emulator's process, without the commands' own. */
    readonly cpuMs: { readonly user: number; readonly system: number };
    /** The processes that the emulator has started: shells of commands, and scripts of the plugin. */
    readonly processes: number;
    /** By the name of the operation. */
    readonly operations: Readonly<Record<string, OperationCost>>;
}

/** Measures what the emulator itself costs, so that nobody takes it for what they measure. */
export class Costs {
    private readonly operations = new Map<string, { calls: number; throttled: number; ms: number }>();
    private readonly before = process.cpuUsage();

    /** @param processes returns the number of processes so far. */
    constructor(private readonly processes: () => number) {}

    get total(): Cost {
        const { user, system } = process.cpuUsage(this.before);
        return {
            cpuMs: { user: user / 1000, system: system / 1000 },
            processes: this.processes(),
            operations: Object.fromEntries([...this.operations].map(([name, cost]) => [name, { ...cost }])),
        };
    }

    /** Counts a call that is answered now, with this code if it failed. */
    count(action: string, code: string | undefined): void {
        const cost = this.of(action);
        cost.calls++;
        if (code?.includes("Throttling") === true) {
            cost.throttled++;
        }
    }

    /** Measures a part of an operation. */
    time<T>(action: string, part: () => T): T {
        const begun = performance.now();
        try {
            return part();
        } finally {
            this.of(action).ms += performance.now() - begun;
        }
    }

    private of(action: string) {
        const cost = this.operations.get(action) ?? { calls: 0, throttled: 0, ms: 0 };
        this.operations.set(action, cost);
        return cost;
    }
}
