import { againText, type Explanation, remainsText, stateText } from "../../errors/explanation";
import { groupBy } from "../../runtime/group-by";
import type { Terminal } from "../command/services";
import { hanging, widthOf } from "../command/wrapping";

/** Formats explanations for people. */
export function explanationsText(explanations: readonly Explanation[], terminal: Terminal): string {
    return `${explanations.map((one) => explanationText(one, terminal)).join("\n")}\n${wherePagesAre}\n`;
}

const wherePagesAre =
    "The pages are in the folder of the package, node_modules/pulumi-alicloud-app-snapshot.";

function explanationText(explanation: Explanation, terminal: Terminal): string {
    const { alsoFor, cause, remedy, pages } = explanation;
    const parts: readonly (readonly [label: string, text: string])[] = [
        ["What happened", `${cause}.`],
        ...(alsoFor === undefined ? [] : [["Also for", `${alsoFor}.`] as const]),
        ["What to do", remedy],
        ["Frozen, paused?", stateText(explanation)],
        ["In the cloud", remainsText(explanation)],
        ["`pulumi up` again?", againText(explanation)],
        ["Read more", pages.join(", ")],
    ];
    const widest = Math.max(...parts.map(([label]) => label.length));
    return [
        `${titleOf(explanation, terminal)}\n`,
        ...parts.map(([label, text]) => hanging(`  ${label.padEnd(widest)}  `, text, widthOf(terminal))),
    ].join("");
}

function titleOf({ code, exitCode, group, urgent }: Explanation, { colours }: Terminal): string {
    const bold = colours ? `\u001b[1${urgent ? ";31" : ""}m${code}\u001b[0m` : code;
    return `${bold} (${exitCode === undefined ? group : `exit code ${exitCode}`}${urgent ? ", urgent" : ""})`;
}

/** Formats the list of all errors: their codes and causes, by their groups. */
export function listText(explanations: readonly Explanation[], terminal: Terminal): string {
    const groups = [...groupBy(explanations, ({ group }) => group)].map(([group, members]) => {
        const widest = Math.max(...members.map((one) => nameOf(one).length));
        const lines = members.map((one) =>
            hanging(`  ${nameOf(one).padEnd(widest)}  `, one.cause, widthOf(terminal)),
        );
        return `${group}\n${lines.join("")}`;
    });
    return `${groups.join("\n")}\n\`npx app-snapshot explain CODE\` explains one.\n`;
}

function nameOf({ code, exitCode }: Explanation): string {
    return exitCode === undefined ? code : `${String(exitCode).padStart(3)} ${code}`;
}

/** Formats explanations for machines. Names are only added to it in later versions. */
export function explanationsJson(explanations: readonly Explanation[]): string {
    const errors = explanations.map((explanation) => {
        const { code, exitCode, alsoFor, group, urgent, cause, remedy, groupMayExist, pages } = explanation;
        return {
            ...{ code, exitCode, alsoFor, group, urgent, cause, remedy },
            frozenOrPaused: stateText(explanation),
            ...{ groupMayExist, inTheCloud: remainsText(explanation) },
            upAgain: againText(explanation),
            pages,
        };
    });
    return `${JSON.stringify({ errors }, undefined, 2)}\n`;
}
