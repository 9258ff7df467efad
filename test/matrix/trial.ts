import { canonicalJson } from "../../provider/src/runtime/json";
import type { CommandResult, TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";
import type { Cell, CellResult } from "./cell";
import { startCommand } from "./command";
import { Kill } from "./kill";
import { foundOrphans, removeOrphans } from "./orphan-search";
import { descriptionOf, type Revision, tagsOf } from "./revision";
import { scan } from "./scan";
import type { Scenario } from "./scenario";
import { Steps } from "./steps";
import { problemsOf, type Recovery, worstOf } from "./verdict";
import type { World } from "./world";

/** Tries a cell, in a world that meets the start condition of its scenario. */
export async function tryCell(world: World, cell: Cell): Promise<CellResult> {
    const { scenario, recovery } = cell;
    const before = await world.provide(scenario.startsWith);
    const wanted = scenario.next(before);
    const older = new Set(world.emulator.state.invocations.map(({ invokeId }) => invokeId));
    const steps = new Steps(world);

    const kill = new Kill(cell.point, cell.target, world.cloud);
    await steps.run(scenario.command, () =>
        world.listenedTo(kill.listener, () => {
            kill.command = startCommand(world, scenario, wanted);
            return kill.command.ended;
        }),
    );
    if (!kill.happened) {
        return { cell, verdict: "not reached", problems: [], transcript: steps.transcript };
    }
    // The next command does not wait for the remaining processes of the killed one.
    const ending = providersEnd(world.stack);
    await world.stack.unlock();
    const last = await recover[recovery]({ world, steps, scenario, wanted, ending });
    const outcome = {
        ...(await scan(world, older)),
        found: recovery === "readd" ? await foundOrphans(world.stack) : [],
        failures: steps.failures,
        providersLeft: await ending,
    };
    // A killed engine also leaves its language host running. These must not add up.
    await world.stack.killAll();
    const problems = problemsOf(outcome, {
        recovery,
        instanceIds: world.subject.instanceIds(last),
        maxRuns: maxRunsOf(scenario, before),
        instancesPerRun: world.subject.instancesPerRun,
        description: descriptionOf(last),
        tags: canonicalJson(tagsOf(last)),
    });
    return { cell, verdict: worstOf(problems) ?? "ok", problems, transcript: steps.transcript };
}

/** Returns the most runs that are allowed on an instance, given the program before the command. */
function maxRunsOf({ subject, maxRuns, maxRunsIfAdded = maxRuns }: Scenario, before: Revision) {
    return (instanceId: string): number =>
        subject.instanceIds(before).includes(instanceId) ? maxRuns : maxRunsIfAdded;
}

/** @returns the number of provider processes that have not ended. They end by themselves when their engine is gone. */
async function providersEnd(stack: TestStack): Promise<number> {
    const running = await stack.providerProcesses();
    const left = async (): Promise<number> =>
        (await stack.providerProcesses()).filter((pid) => running.includes(pid)).length;
    await until(async () => (await left()) === 0).catch(() => undefined);
    return left();
}

/** A killed command that is to be recovered from. */
interface KilledCommand {
    readonly world: World;
    readonly steps: Steps;
    readonly scenario: Scenario;
    readonly wanted: Revision;
    /** Resolves once the processes of the killed command have ended. */
    readonly ending: Promise<unknown>;
}

/** Recovers from a kill; returns the program that is wanted in the end. */
const recover: Readonly<Record<Recovery, (killed: KilledCommand) => Promise<Revision>>> = {
    up: recoverByUp,
    destroy: recoverByDestroy,
    readd: recoverByReadding,
};

async function recoverByUp({ world, steps, scenario, wanted }: KilledCommand): Promise<Revision> {
    const program = world.subject.program(wanted);
    world.revision = wanted;
    world.endDeletions();
    await steps.mustSucceed("up", () => world.stack.up(program, ...scenario.upOptions));
    const calls = world.emulator.ledger.length;
    const again = await steps.mustSucceed("a further up", () => world.stack.up(program));
    if (!changesNothing(again) || world.emulator.ledger.length > calls) {
        steps.failures.push("a further up changes something");
    }
    return wanted;
}

/** Counts the stack itself and the resource. */
function changesNothing({ output }: CommandResult): boolean {
    return /^Resources:\n\s+2 unchanged$/m.test(output);
}

async function recoverByDestroy({ world, steps, wanted, ending }: KilledCommand): Promise<Revision> {
    world.revision = undefined;
    await steps.mustSucceed("destroy", () => world.stack.destroy());
    // The search for orphans comes last, when nothing runs any more.
    await ending;
    await world.pluginsEnded();
    await steps.mustSucceed("orphans", () => removeOrphans(world.stack));
    return wanted;
}

/** Removes the resource, which retains its snapshot, and adds it again with another trigger. */
async function recoverByReadding({ world, steps, wanted }: KilledCommand): Promise<Revision> {
    const next = { ...wanted, trigger: wanted.trigger + 1 };
    await steps.mustSucceed("up without it", () => world.stack.up([]));
    world.revision = next;
    await steps.mustSucceed("up with it again", () => world.stack.up(world.subject.program(next)));
    return next;
}
