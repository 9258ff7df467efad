import type { CommandResult, TestStack } from "../support/stack/test-stack";
import { until } from "../support/stack/until";
import type { Cell, Outcome } from "./cell";
import { startCommand } from "./command";
import { Course } from "./course";
import { foundOrphans, removeOrphans } from "./orphan-search";
import type { Scenario } from "./scenario";
import { descriptionOf, snapshotProgram, type Revision } from "./snapshot-program";
import { Strike } from "./strike";
import { survey } from "./survey";
import { problemsOf, worstOf, type Column } from "./verdict";
import type { World } from "./world";

/** Does what a cell says, in a world that starts as its scenario does. */
export async function tryCell(world: World, cell: Cell): Promise<Outcome> {
    const { scenario, column } = cell;
    const wanted = scenario.next(await world.provide(scenario.startsWith));
    const older = new Set(world.emulator.state.invocations.map(({ invokeId }) => invokeId));
    const course = new Course(world);

    const strike = new Strike(cell.point, cell.victim, world.cloud);
    await course.run(scenario.command, () =>
        world.listenedTo(strike.listener, () => {
            strike.command = startCommand(world, scenario, wanted);
            return strike.command.ended;
        }),
    );
    if (!strike.struck) {
        return { cell, result: "not reached", problems: [], transcript: course.transcript };
    }
    // The next command does not wait for what is left of the killed one.
    const ending = providersEnd(world.stack);
    await world.stack.unlock();
    const last = await sequels[column]({ world, course, scenario, wanted, ending });
    const aftermath = {
        ...(await survey(world, older)),
        found: column === "readd" ? await foundOrphans(world.stack) : [],
        failures: course.failures,
        providersLeft: await ending,
    };
    // What else a killed engine leaves running, the language host, must not add up.
    await world.stack.killAll();
    const description = descriptionOf(last);
    const problems = problemsOf(aftermath, { column, runs: scenario.runs, description });
    return { cell, result: worstOf(problems) ?? "ok", problems, transcript: course.transcript };
}

/** @returns how many processes of the provider have not ended. They end by themselves when their engine is gone. */
async function providersEnd(stack: TestStack): Promise<number> {
    const there = await stack.providerProcesses();
    const left = async (): Promise<number> =>
        (await stack.providerProcesses()).filter((pid) => there.includes(pid)).length;
    await until(async () => (await left()) === 0).catch(() => undefined);
    return left();
}

interface Sequel {
    readonly world: World;
    readonly course: Course;
    readonly scenario: Scenario;
    readonly wanted: Revision;
    /** Settles once the killed command's processes have ended. */
    readonly ending: Promise<unknown>;
}

/** What comes after the kill; each gives the program that is wanted in the end. */
const sequels: Readonly<Record<Column, (sequel: Sequel) => Promise<Revision>>> = {
    up: goOn,
    destroy: tearDown,
    readd,
};

async function goOn({ world, course, scenario, wanted }: Sequel): Promise<Revision> {
    const program = snapshotProgram(wanted);
    world.revision = wanted;
    world.endDeletions();
    await course.mustSucceed("up", () => world.stack.up(program, ...scenario.upOptions));
    const calls = world.emulator.ledger.length;
    const again = await course.mustSucceed("a further up", () => world.stack.up(program));
    if (!changesNothing(again) || world.emulator.ledger.length > calls) {
        course.failures.push("a further up changes something");
    }
    return wanted;
}

/** The resource is removed, which retains what it holds, and added again with another trigger. */
async function readd({ world, course, wanted }: Sequel): Promise<Revision> {
    const next = { ...wanted, trigger: wanted.trigger + 1 };
    await course.mustSucceed("up without it", () => world.stack.up([]));
    world.revision = next;
    await course.mustSucceed("up with it again", () => world.stack.up(snapshotProgram(next)));
    return next;
}

/** The stack itself and the snapshot. */
function changesNothing({ output }: CommandResult): boolean {
    return /^Resources:\n\s+2 unchanged$/m.test(output);
}

async function tearDown({ world, course, wanted, ending }: Sequel): Promise<Revision> {
    world.revision = undefined;
    await course.mustSucceed("destroy", () => world.stack.destroy());
    // Orphans are looked for when all is over.
    await ending;
    await world.pluginsEnded();
    await course.mustSucceed("orphans", () => removeOrphans(world.stack));
    return wanted;
}
