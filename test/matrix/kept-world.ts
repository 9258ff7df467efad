import type { Scenario } from "./scenario";
import { type CreateStack, World } from "./world";

/** Keeps a world from one use to the next, if the next can begin where the last one ended. */
export class KeptWorld {
    private world: World | undefined;

    constructor(private readonly createStack: CreateStack) {}

    /** The content of the world's stack. */
    private get holds(): Scenario["startsWith"] {
        return this.world?.revision === undefined ? "nothing" : "snapshots";
    }

    /** Tells whether a scenario can begin in the kept world. */
    suits({ startsWith, subject }: Pick<Scenario, "startsWith" | "subject">): boolean {
        return startsWith === this.holds && (this.world?.subject ?? subject) === subject;
    }

    /** Returns the kept world, or a new one. */
    async for({ startsWith, subject }: Scenario): Promise<World> {
        const isOther = this.world !== undefined && this.world.subject !== subject;
        if (isOther || (startsWith === "nothing" && this.holds === "snapshots")) {
            await this.drop();
        }
        return (this.world ??= await World.start(this.createStack, subject));
    }

    async drop(): Promise<void> {
        const { world } = this;
        this.world = undefined;
        await world?.close();
    }
}
