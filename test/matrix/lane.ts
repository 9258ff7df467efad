import type { Cell, CellResult } from "./cell";
import { KeptWorld } from "./kept-world";
import { tryCell } from "./trial";
import type { CreateStack } from "./world";

/** Tries one cell after another, each in the world that the last one left, if that is tidy. */
export class Lane {
    private readonly world: KeptWorld;

    constructor(createStack: CreateStack) {
        this.world = new KeptWorld(createStack);
    }

    /** Tries cells until the queue is empty, which several lanes may share. */
    async work(queue: Cell[], report: (result: CellResult) => void): Promise<void> {
        try {
            for (let cell = this.takeFrom(queue); cell !== undefined; cell = this.takeFrom(queue)) {
                report(await this.try(cell));
            }
        } finally {
            await this.world.drop();
        }
    }

    /** Takes a cell that can begin where the last one ended, if there is one: that saves a `pulumi up`. */
    private takeFrom(queue: Cell[]): Cell | undefined {
        const at = queue.findIndex(({ scenario }) => this.world.suits(scenario));
        return queue.splice(Math.max(at, 0), 1)[0];
    }

    private async try(cell: Cell): Promise<CellResult> {
        const world = await this.world.for(cell.scenario);
        const result = await tryCell(world, cell).catch((thrown: unknown) => resultOfError(cell, thrown));
        if (result.verdict !== "ok" || !world.isTidy) {
            await this.world.drop();
        }
        return result;
    }
}

function resultOfError(cell: Cell, thrown: unknown): CellResult {
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { cell, verdict: "other", problems: [{ harm: "other", reason }], transcript: "" };
}
