import { format, resolveConfig } from "prettier";
import { join } from "node:path";
import type { Outcome } from "./cell";
import { phases, titleOf, type Phase } from "./point";
import type { Scenario } from "./scenario";
import { summaryOf } from "./summary";
import type { Column } from "./verdict";
import { victims, victimTitles, type Victim } from "./victim";

const symbols: Readonly<Record<Outcome["result"], string>> = {
    ok: "✓",
    lost: "L",
    duplicated: "D",
    frozen: "F",
    deleted: "W",
    other: "X",
    "not reached": "–",
};

/** The page of the documentation, as prettier formats it. */
export async function matrixPage(
    scenarios: readonly Scenario[],
    outcomes: readonly Outcome[],
): Promise<string> {
    const text = `
<!-- Written by \`npm run matrix -- --write\`. -->

# Killed at every call

Each of the package's API calls is a moment at which a run can be killed: before the call takes effect, or after
that, but before its answer arrives. At each of these moments, one after the other, a command is killed or interrupted,
driven by the emulator of the ECS API. Then the same update is run again, or the stack is destroyed, or the resource is
removed and added again, and what there is in the cloud is compared with the state.

\`npm run matrix\` does all of it on Linux, with the runtime's own process of the provider, called as the engine calls
it; \`--engine\` takes the real engine, for all but a failing sibling, and twice the time. \`--scenario\`, \`--victim\` and
\`--call\` choose a part. \`npm test\` does a part that covers every operation of every scenario, \`npm run test:full\` the
same part with the real engine.

**Who is killed**: the CLI, the provider's process, or both with SIGKILL; or the CLI gets a second Ctrl-C shortly
after the first. Where the provider is killed, its call is lost before it takes effect, or its answer is. Where only
the CLI is killed, the call goes on. With a single Ctrl-C, or when a sibling of the resource fails, nothing is killed:
what has begun comes to its end and into the state, but the program never learns of it, so nobody commits it.

**What comes after it**: \`pulumi cancel\` where the killed engine left its lock, then

- \`pulumi up\`. It has to succeed; the groups in the cloud have to be exactly those of the state; the plugin must
  not have run twice for one snapshot; the instance's role has to be as it was, with no mark of a temporary one; no
  invocation may be left open or handed over that is not the state's own; and a further \`pulumi up\` must have nothing
  to do.
- \`pulumi destroy\` and the search for orphans. Then no group, no open invocation, no role and no mark may be left.
- with \`retainOnDelete\`, in the scenarios called so: the resource is removed, and added again with another trigger.
  What the state held stays; what no state holds is found by the search for orphans; and no more is taken than asked for.

In all cases no instance may be frozen, a provider whose engine was killed has to end by itself, and nothing may be
deleted that a state ever held, or was told to retain, but by the deletion of the resource that held it.

| Symbols | Meaning                                                                                 |
| ------- | --------------------------------------------------------------------------------------- |
| ✓✓      | all is as it has to be, after \`pulumi up\` and after \`pulumi destroy\`                    |
| ✓       | all is as it has to be, after the resource was removed and added again                  |
| W       | a snapshot was deleted although a state held it, or was told to retain it               |
| L       | a snapshot is lost: in the cloud, in no state and not to be found, or the other way round |
| D       | a snapshot was taken twice                                                              |
| F       | an instance is frozen                                                                   |
| X       | anything else is not as it has to be                                                    |
| –       | the moment was not reached, so nothing was tried                                        |

## Counts

${summaryOf(outcomes)
    .map((line) => `- ${line}`)
    .join("\n")}

${scenarios.map((scenario) => section(scenario, outcomes)).join("\n\n")}
`;
    const config = await resolveConfig(join(__dirname, "..", "..", "docs", "matrix.md"));
    return format(text.trimStart(), { ...config, parser: "markdown" });
}

function section(scenario: Scenario, outcomes: readonly Outcome[]): string {
    const own = outcomes.filter(({ cell }) => cell.scenario.name === scenario.name);
    const calls = [...new Set(own.map(({ cell }) => titleOf(cell.point.call)))];
    const kills = victims.flatMap((victim) => phases.map((phase) => ({ victim, phase })));
    const rows = calls.map((call) => [
        call,
        ...kills.map(({ victim, phase }) => symbolsOf(own, scenario.columns, { call, victim, phase })),
    ]);
    const head = ["", ...kills.map(({ victim, phase }) => headOf(victim, phase))];
    return `## ${scenario.name}

Killed is ${scenario.title}.${scenario.note === undefined ? "" : ` ${scenario.note}`}

${[head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")}`;
}

function headOf(victim: Victim, phase: Phase): string {
    return `${victimTitles[victim]}, ${phase === "received" ? "before" : "after"}`;
}

function symbolsOf(
    outcomes: readonly Outcome[],
    columns: readonly Column[],
    { call, victim, phase }: { readonly call: string; readonly victim: Victim; readonly phase: Phase },
): string {
    return columns
        .map((column) => {
            const outcome = outcomes.find(
                ({ cell }) =>
                    titleOf(cell.point.call) === call &&
                    cell.victim === victim &&
                    cell.point.phase === phase &&
                    cell.column === column,
            );
            return outcome === undefined ? " " : symbols[outcome.result];
        })
        .join("");
}
