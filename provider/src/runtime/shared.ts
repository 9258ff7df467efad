/** Identifies a shared value, and names its type. */
export interface SharedKey<T> {
    readonly name: string;
    /** Exists only in the type. */
    readonly of?: T;
}

/** Values that the work of one process shares, each created when it is first needed. */
export class Shared {
    private readonly values = new Map<SharedKey<unknown>, unknown>();

    /** Returns the shared value of this very key. */
    get<T>(key: SharedKey<T>, create: () => T): T {
        if (!this.values.has(key)) {
            this.values.set(key, create());
        }
        return this.values.get(key) as T;
    }
}

/** The shared values of each region. */
export class SharedByRegion {
    private readonly regions = new Map<string, Shared>();

    in(regionId: string): Shared {
        const shared = this.regions.get(regionId) ?? new Shared();
        this.regions.set(regionId, shared);
        return shared;
    }
}
