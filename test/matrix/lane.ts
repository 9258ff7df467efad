import type { Cell, Outcome } from "./cell";
import { KeptWorld } from "./kept-world";
import { tryCell } from "./trial";
import type { CreateStack } from "./world";

/** Tries one cell after the other, each in the world that the one before left, where that was left tidy. */
export class Lane {
    private readonly world: KeptWorld;

    constructor(createStack: CreateStack) {
        this.world = new KeptWorld(createStack);
    }

    /** Tries cells until none is left in the queue, which several lanes may share. */
    async work(queue: Cell[], report: (outcome: Outcome) => void): Promise<void> {
        try {
            for (let cell = this.takeFrom(queue); cell !== undefined; cell = this.takeFrom(queue)) {
                report(await this.try(cell));
            }
        } finally {
            await this.world.drop();
        }
    }

    /** A cell that can begin as the last one ended, if there is one: it saves a `pulumi up`. */
    private takeFrom(queue: Cell[]): Cell | undefined {
        const at = queue.findIndex(({ scenario }) => scenario.startsWith === this.world.holds);
        return queue.splice(Math.max(at, 0), 1)[0];
    }

    private async try(cell: Cell): Promise<Outcome> {
        const world = await this.world.for(cell.scenario);
        const outcome = await tryCell(world, cell).catch((thrown: unknown) => unforeseen(cell, thrown));
        if (outcome.result !== "ok" || !world.isTidy) {
            await this.world.drop();
        }
        return outcome;
    }
}

function unforeseen(cell: Cell, thrown: unknown): Outcome {
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { cell, result: "other", problems: [{ harm: "other", reason }], transcript: "" };
}
