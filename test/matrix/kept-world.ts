import type { Scenario } from "./scenario";
import { type CreateStack, World } from "./world";

/** Keeps a world from one use to the next, if the next can begin where the last one ended. */
export class KeptWorld {
    private world: World | undefined;

    constructor(private readonly createStack: CreateStack) {}

    /** The content of the world's stack. */
    get holds(): Scenario["startsWith"] {
        return this.world?.revision === undefined ? "nothing" : "snapshot";
    }

    /** Returns the kept world, or a new one. */
    async for({ startsWith }: Scenario): Promise<World> {
        if (startsWith === "nothing" && this.holds === "snapshot") {
            await this.drop();
        }
        return (this.world ??= await World.start(this.createStack));
    }

    async drop(): Promise<void> {
        const { world } = this;
        this.world = undefined;
        await world?.close();
    }
}
