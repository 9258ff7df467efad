/** Runs tasks side by side, but only so many at a time; the others wait for their turn. */
export class Slots {
    private readonly waiting: (() => void)[] = [];

    constructor(private free: number) {}

    async run<T>(task: () => Promise<T>): Promise<T> {
        if (this.free > 0) {
            this.free -= 1;
        } else {
            await new Promise<void>((resolve) => this.waiting.push(resolve));
        }
        try {
            return await task();
        } finally {
            const next = this.waiting.shift();
            if (next === undefined) {
                this.free += 1;
            } else {
                next();
            }
        }
    }
}
