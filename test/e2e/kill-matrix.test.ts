import { killedCommands } from "../cases/kill-matrix";
import type { Cell } from "../matrix/cell";
import { scenarios } from "../matrix/scenario";
import type { Victim } from "../matrix/victim";
import { EngineStack } from "./support/stack";

type Kill = Pick<Cell, "column"> & {
    readonly victim: Victim;
    readonly scenario: string;
    readonly call: string;
    readonly phase: Cell["point"]["phase"];
};

/** One for each victim, each in the middle of something. The others are tried over the provider's protocol. */
const kills: readonly Kill[] = [
    {
        victim: "cli",
        scenario: "create",
        call: "DescribeInvocationResults (running)",
        phase: "received",
        column: "up",
    },
    { victim: "provider", scenario: "create", call: "RunCommand", phase: "processed", column: "up" },
    { victim: "both", scenario: "create", call: "ModifySnapshotGroup", phase: "received", column: "destroy" },
    { victim: "ctrl-c", scenario: "replace", call: "DeleteSnapshotGroup", phase: "processed", column: "up" },
];

killedCommands({
    how: "with the real engine",
    createStack: (emulator, options) => EngineStack.create(emulator, options),
    scenarios: scenarios.filter(({ name }) => kills.some(({ scenario }) => scenario === name)),
    cells: (rehearsal) =>
        kills.flatMap(({ victim, column, phase, ...kill }) => {
            const scenario = scenarios.find(({ name }) => name === kill.scenario);
            const call = [...rehearsal].flatMap(([name, calls]) => (name === kill.scenario ? calls : []));
            const found = call.find(({ name }) => name === kill.call);
            if (scenario === undefined || found === undefined) {
                throw new Error(`${kill.scenario} does not call ${kill.call}`);
            }
            return { scenario, victim, column, point: { call: found, phase } };
        }),
    tried: 4,
});
