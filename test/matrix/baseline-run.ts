import type { CallListener } from "pulumi-alicloud-app-snapshot-emulator";

import { expectSuccess } from "../support/stack/program";
import { nameOf } from "./call-names";
import type { BaselineCalls } from "./cell";
import { startCommand } from "./command";
import { KeptWorld } from "./kept-world";
import { callsOf, type NamedCall } from "./point";
import type { Scenario, ScenarioName } from "./scenario";
import type { CreateStack, World } from "./world";

/** Runs each scenario without a kill, to record its calls. */
export async function runBaselines(
    scenarios: readonly Scenario[],
    createStack: CreateStack,
): Promise<BaselineCalls> {
    const baseline = new Map<ScenarioName, readonly NamedCall[]>();
    const world = new KeptWorld(createStack);
    try {
        for (const scenario of scenarios) {
            baseline.set(scenario.name, await callsIn(await world.for(scenario), scenario));
        }
    } finally {
        await world.drop();
    }
    return baseline;
}

async function callsIn(world: World, scenario: Scenario): Promise<NamedCall[]> {
    const wanted = scenario.next(await world.provide(scenario.startsWith));
    const names: string[] = [];
    const listener: CallListener = ({ phase, entry }) => {
        if (phase === "received") {
            names.push(nameOf(entry, world.cloud));
        }
    };
    expectSuccess(await world.listenedTo(listener, () => startCommand(world, scenario, wanted).ended));
    world.revision = scenario.command === "up" ? wanted : undefined;
    return callsOf(names).filter((call) => scenario.only?.(call) ?? true);
}
