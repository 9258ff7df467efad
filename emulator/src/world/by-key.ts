/** Items by a key that several of them may have, and that never changes; each in the order in which they were added. */
export class ByKey<T> {
    private readonly items = new Map<string, T[]>();

    constructor(private readonly key: (item: T) => string) {}

    add(item: T): void {
        const key = this.key(item);
        const present = this.items.get(key);
        if (present === undefined) {
            this.items.set(key, [item]);
        } else {
            present.push(item);
        }
    }

    remove(item: T): void {
        const key = this.key(item);
        this.items.set(
            key,
            this.of(key).filter((other) => other !== item),
        );
    }

    of(key: string): readonly T[] {
        return this.items.get(key) ?? [];
    }
}
