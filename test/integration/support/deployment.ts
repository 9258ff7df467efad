import type { DynamicResourceProvider } from "../../../provider/src/pulumi/engine/provider";

export type Values = Readonly<Record<string, unknown>>;

/** A resource in the engine's state. */
export interface Recorded {
    readonly id: string;
    readonly outputs: Values;
    /** Tells whether its creation or update failed half-way: then the next update is asked to finish it. */
    readonly unfinished: boolean;
}

/** The fields of a failed creation's error if the engine is to keep the resource nevertheless. */
interface Keeping {
    readonly id?: string;
    readonly properties?: Values;
}

/**
 * One resource of a stack, and the engine's handling of it. Each command has its own process, of which only the state
 * is left.
 */
export class Deployment {
    private current: Recorded | undefined;
    /** Replaced, but not deleted yet. */
    private old: Recorded[] = [];

    constructor(private readonly startProcess: () => DynamicResourceProvider) {}

    /** The resource in the state. */
    get recorded(): Recorded | undefined {
        return this.current;
    }

    async up(inputs: Values): Promise<void> {
        const provider = this.startProcess();
        await this.apply(provider, inputs);
        for (const { id, outputs } of this.old) {
            await provider.delete(id, { ...outputs });
        }
        this.old = [];
    }

    async refresh(): Promise<void> {
        const { id, outputs } = this.need();
        const read = await this.startProcess().read(id, { ...outputs });
        this.current =
            read.id === undefined
                ? undefined
                : { id: read.id, outputs: stored(read.props), unfinished: false };
    }

    async destroy(): Promise<void> {
        const provider = this.startProcess();
        for (const { id, outputs } of [...this.old, ...(this.current === undefined ? [] : [this.current])]) {
            await provider.delete(id, { ...outputs });
        }
        this.old = [];
        this.current = undefined;
    }

    private async apply(provider: DynamicResourceProvider, inputs: Values): Promise<void> {
        const before = this.current;
        if (before === undefined) {
            await this.create(provider, inputs);
            return;
        }
        const diff = await provider.diff(before.id, { ...before.outputs }, { ...inputs });
        if ((diff.replaces ?? []).length > 0) {
            await this.create(provider, inputs, before);
        } else if (diff.changes === true || before.unfinished) {
            await this.update(provider, inputs, before);
        }
    }

    private async create(
        provider: DynamicResourceProvider,
        inputs: Values,
        replaced?: Recorded,
    ): Promise<void> {
        const created = await provider.create({ ...inputs }).catch((thrown: unknown): never => {
            throw this.keep(thrown, replaced);
        });
        this.replace({ id: created.id, outputs: stored(created.outs), unfinished: false }, replaced);
    }

    private async update(provider: DynamicResourceProvider, inputs: Values, before: Recorded): Promise<void> {
        const { id, outputs } = before;
        const updated = await provider
            .update(id, { ...outputs }, { ...inputs })
            .catch((thrown: unknown): never => {
                throw this.keep(thrown);
            });
        this.current = { id, outputs: stored(updated.outs), unfinished: false };
    }

    private keep(thrown: unknown, replaced?: Recorded): unknown {
        const { id, properties } = thrown as Keeping;
        if (id !== undefined) {
            this.replace({ id, outputs: stored(properties), unfinished: true }, replaced);
        }
        return thrown;
    }

    private replace(recorded: Recorded, replaced: Recorded | undefined): void {
        this.current = recorded;
        if (replaced !== undefined) {
            this.old.push(replaced);
        }
    }

    private need(): Recorded {
        if (this.current === undefined) {
            throw new Error("there is no resource in the state");
        }
        return this.current;
    }
}

/** Returns values as they are read back from the state. */
function stored(values: unknown): Values {
    return JSON.parse(JSON.stringify(values ?? {})) as Values;
}
