import { join } from "node:path";

import { format, resolveConfig } from "prettier";

import type { CellResult } from "./cell";
import { type Phase, phases, titleOf } from "./point";
import type { Scenario } from "./scenario";
import { summaryOf } from "./summary";
import { type Target, targets, targetTitles } from "./target";
import type { Recovery } from "./verdict";

const symbols: Readonly<Record<CellResult["verdict"], string>> = {
    ok: "✓",
    lost: "L",
    duplicated: "D",
    frozen: "F",
    deleted: "W",
    other: "X",
    "not reached": "–",
};

/** Returns the page of the documentation, formatted by prettier. */
export async function matrixPage(
    scenarios: readonly Scenario[],
    results: readonly CellResult[],
): Promise<string> {
    const text = `
<!-- Written by \`npm run matrix -- --write\`. -->

# Killed at every call

Each API call of the package is a moment at which a run can be killed: before the call takes effect, or between its
effect and its answer. For each of these moments in turn, a command against the emulator of the ECS API is killed or
interrupted there. Then the same update runs again, or the stack is destroyed, or the resource is removed and added
again. The outcome in the cloud is compared with the state. The scenarios whose names begin with \`fleet\` do the same
with a fleet.

\`npm run matrix\` runs the whole matrix on Linux. It calls the runtime's own provider process as the engine calls it.
\`--engine\` uses the real engine, for every target but a failing sibling, and takes twice the time. \`--scenario\`,
\`--target\` and \`--call\` choose a part. \`npm test\` runs a part that covers every operation of every scenario;
\`npm run test:full\` runs the same part with the real engine.

**Targets**: the CLI, the provider's process, or both are killed with SIGKILL; or the CLI gets a second Ctrl-C shortly
after the first. A kill of the provider loses its call, or the answer to it. A kill of the CLI alone lets the call
continue. A single Ctrl-C or a failing sibling of the resource kills nothing: running work is finished and written to
the state, but the program never learns of it, so nobody commits it.

**Recovery**: \`pulumi cancel\` if the killed engine left its lock, then one of these.

- \`pulumi up\`. It must succeed; the groups in the cloud must be exactly those of the state, one of each instance; the
  plugin must not have run twice for one snapshot; the role of each instance must be as it was, without the tag of a
  temporary one; only invocations of the state may be open or handed over; and a further \`pulumi up\` must have
  nothing to do.
- \`pulumi destroy\` and the search for orphans. Then no group, open invocation, role or tag of a temporary role may be
  left.
- With \`retainOnDelete\`, in the scenarios whose names contain \`retained\`: the resource is removed, and added again
  with another trigger. The groups that the state held must stay, the search for orphans must find every group that no
  state holds, and no more snapshots may be taken than requested.

In all cases no instance may be frozen, and a provider whose engine was killed must end by itself. A group that a state
ever held, or was told to retain, may be deleted only by the deletion of its own resource.

| Symbols | Meaning                                                                                 |
| ------- | --------------------------------------------------------------------------------------- |
| ✓✓      | nothing is wrong, after \`pulumi up\` and after \`pulumi destroy\` |
| ✓       | nothing is wrong after the resource was removed and added again |
| W       | a snapshot was deleted although a state held it or was told to retain it |
| L       | a snapshot is lost: it exists, is in no state and can't be found; or it is in the state and does not exist |
| D       | a snapshot was taken twice |
| F       | an instance is frozen |
| X       | anything else is wrong |
| –       | the moment was not reached, so nothing was tried |

## Counts

${summaryOf(results)
    .map((line) => `- ${line}`)
    .join("\n")}

${scenarios.map((scenario) => section(scenario, results)).join("\n\n")}
`;
    const config = await resolveConfig(join(__dirname, "..", "..", "docs", "matrix.md"));
    return format(text.trimStart(), { ...config, parser: "markdown" });
}

function section(scenario: Scenario, results: readonly CellResult[]): string {
    const own = results.filter(({ cell }) => cell.scenario.name === scenario.name);
    const calls = [...new Set(own.map(({ cell }) => titleOf(cell.point.call)))];
    const kills = targets.flatMap((target) => phases.map((phase) => ({ target, phase })));
    const rows = calls.map((call) => [
        call,
        ...kills.map(({ target, phase }) => symbolsOf(own, scenario.recoveries, { call, target, phase })),
    ]);
    const head = ["", ...kills.map(({ target, phase }) => headOf(target, phase))];
    return `## ${scenario.name}

The killed command is ${scenario.title}.${scenario.note === undefined ? "" : ` ${scenario.note}`}

${[head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n")}`;
}

function headOf(target: Target, phase: Phase): string {
    return `${targetTitles[target]}, ${phase === "received" ? "before" : "after"}`;
}

function symbolsOf(
    results: readonly CellResult[],
    recoveries: readonly Recovery[],
    { call, target, phase }: { readonly call: string; readonly target: Target; readonly phase: Phase },
): string {
    return recoveries
        .map((recovery) => {
            const result = results.find(
                ({ cell }) =>
                    titleOf(cell.point.call) === call &&
                    cell.target === target &&
                    cell.point.phase === phase &&
                    cell.recovery === recovery,
            );
            return result === undefined ? " " : symbols[result.verdict];
        })
        .join("");
}
