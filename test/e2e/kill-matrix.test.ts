import { killedCommands } from "../cases/kill-matrix";
import type { Cell } from "../matrix/cell";
import { snapshotScenarios as scenarios } from "../matrix/snapshot-scenarios";
import type { Target } from "../matrix/target";
import { EngineStack } from "./support/stack";

type Kill = Pick<Cell, "recovery"> & {
    readonly target: Target;
    readonly scenario: string;
    readonly call: string;
    readonly phase: Cell["point"]["phase"];
};

/** One kill for each of four targets, in the middle of a step. The others are tried over the provider's protocol. */
const kills: readonly Kill[] = [
    {
        target: "cli",
        scenario: "create",
        call: "DescribeInvocationResults (running)",
        phase: "received",
        recovery: "up",
    },
    { target: "provider", scenario: "create", call: "RunCommand", phase: "processed", recovery: "up" },
    {
        target: "both",
        scenario: "create",
        call: "ModifySnapshotGroup",
        phase: "received",
        recovery: "destroy",
    },
    {
        target: "ctrl-c",
        scenario: "replace",
        call: "DeleteSnapshotGroup",
        phase: "processed",
        recovery: "up",
    },
];

killedCommands({
    how: "with the real engine",
    createStack: (emulator, options) => EngineStack.create(emulator, options),
    scenarios: scenarios.filter(({ name }) => kills.some(({ scenario }) => scenario === name)),
    cells: (baseline) =>
        kills.flatMap(({ target, recovery, phase, ...kill }) => {
            const scenario = scenarios.find(({ name }) => name === kill.scenario);
            const call = [...baseline].flatMap(([name, calls]) => (name === kill.scenario ? calls : []));
            const found = call.find(({ name }) => name === kill.call);
            if (scenario === undefined || found === undefined) {
                throw new Error(`${kill.scenario} does not call ${kill.call}`);
            }
            return { scenario, target, recovery, point: { call: found, phase } };
        }),
    tried: 4,
});
