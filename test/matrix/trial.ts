import { endOrphans } from "../e2e/support/orphans";
import type { CommandResult } from "../e2e/support/stack";
import type { Cell, Outcome } from "./cell";
import { runCommand } from "./command";
import { Course } from "./course";
import { removeOrphans } from "./orphan-search";
import { stillThere } from "./processes";
import type { Scenario } from "./scenario";
import { descriptionOf, snapshotProgram, type Revision } from "./snapshot-program";
import { Strike } from "./strike";
import { survey } from "./survey";
import { problemsOf, worstOf } from "./verdict";
import type { World } from "./world";

/** The provider looks every two seconds whether its engine is there, and takes up to five to wind up. */
const providerMilliseconds = 15_000;

/** Does what a cell says, in a world that starts as its scenario does. */
export async function tryCell(world: World, cell: Cell): Promise<Outcome> {
    const { scenario, column } = cell;
    const wanted = scenario.next(await world.provide(scenario.startsWith));
    const older = new Set(world.emulator.state.invocations.map(({ invokeId }) => invokeId));
    const course = new Course(world);

    const strike = new Strike(cell.point, cell.victim, world.stack.home, world.cloud);
    await course.run(scenario.command, () =>
        world.listenedTo(strike.listener, () => runCommand(world, scenario, wanted)),
    );
    if (strike.providers === undefined) {
        return { cell, result: "not reached", problems: [], transcript: course.transcript };
    }
    // The next command does not wait for what is left of the killed one.
    const ending = stillThere(strike.providers, providerMilliseconds);
    await unlock(world, course);
    if (column === "up") {
        await goOn(world, course, scenario, wanted);
    } else {
        await tearDown(world, course, ending);
    }
    const aftermath = {
        ...(await survey(world, older)),
        failures: course.failures,
        providersLeft: (await ending).length,
    };
    // What else a killed engine leaves running, the language host, must not add up.
    await endOrphans("PULUMI_HOME", world.stack.home);
    const description = descriptionOf(wanted);
    const problems = problemsOf(aftermath, { column, runs: scenario.runs, description });
    return { cell, result: worstOf(problems) ?? "ok", problems, transcript: course.transcript };
}

/** A killed engine leaves its lock behind. */
async function unlock(world: World, course: Course): Promise<void> {
    if (await world.isLocked()) {
        await course.mustSucceed("cancel", () => world.stack.run(["cancel", "--yes"]));
    }
}

async function goOn(world: World, course: Course, scenario: Scenario, wanted: Revision): Promise<void> {
    const program = snapshotProgram(wanted);
    world.revision = wanted;
    await course.mustSucceed("up", () => world.stack.up(program, ...scenario.upOptions));
    const calls = world.emulator.ledger.length;
    const again = await course.mustSucceed("a further up", () => world.stack.up(program));
    if (!changesNothing(again) || world.emulator.ledger.length > calls) {
        course.failures.push("a further up changes something");
    }
}

/** The stack itself and the snapshot. */
function changesNothing({ output }: CommandResult): boolean {
    return /^Resources:\n\s+2 unchanged$/m.test(output);
}

async function tearDown(world: World, course: Course, ending: Promise<unknown>): Promise<void> {
    world.revision = undefined;
    await course.mustSucceed("destroy", () => world.stack.destroy());
    // Orphans are looked for when all is over.
    await ending;
    await world.pluginsEnded();
    await course.mustSucceed("orphans", () => removeOrphans(world.stack));
}
