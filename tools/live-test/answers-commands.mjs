// What the plugin and Cloud Assistant do with commands, scripts and files.
import { callsOf, cite, groupsIn, listIn, membersOf, pluginResults, textOf } from "./evidence.mjs";
import { aboutBehaviour, byCode, notSeen, notTried } from "./question.mjs";

const NEEDS_COMMAND = "it takes a command of its own on the instance, with a risk of leaving something there";

/** @typedef {import("./evidence.mjs").Evidence} Evidence */

/** @type {readonly import("./questions.mjs").Question[]} */
export const commandAnswers = [
    {
        id: "pluginOutput",
        question:
            "What does the plugin print, on Linux and on Windows, and with which exit code does it end?",
        answer: (evidence) => quoted(evidence, "up", "No run of the plugin was seen."),
    },
    {
        id: "failingPreScript",
        question: "What does the plugin print if the pre-script fails, and with which exit code does it end?",
        answer: (evidence) =>
            quoted(evidence, "failing-pre-script", "Not tried: --failing-pre-script tries it, on Linux."),
    },
    {
        id: "scriptOutput",
        question: "Does the plugin pass on what the scripts print?",
        answer: (evidence) => {
            const run = pluginResults(evidence, "up").find(({ exitCode }) => exitCode === 0);
            if (!run || callsOf(evidence, { operation: "SendFile" }).length === 0) {
                return notSeen("No successful run with scripts was seen.");
            }
            if (/^pre-script printed: /m.test(run.output)) {
                return notSeen("The command kept the scripts' output apart, so the plugin did not get it.");
            }
            const isPassedOn = run.output.includes("the pre-script of the live test");
            return { answer: isPassedOn ? "Yes." : "No.", evidence: [cite(run.call)] };
        },
    },
    {
        id: "diskCategories",
        question: "Which categories of disks does the plugin take into a snapshot?",
        answer: (evidence) => {
            const [disks] = callsOf(evidence, { operation: "DescribeDisks", probe: "look" });
            const [shown] = callsOf(evidence, { probe: "group" });
            const [group] = shown ? groupsIn(shown) : [];
            if (!disks || !shown || !group) return notSeen("No group was seen.");
            const taken = new Set(membersOf(group).map((member) => textOf(member["SourceDiskId"])));
            const parts = [true, false].map((isTaken) => {
                const found = listIn(disks, "Disks.Disk").filter(
                    (disk) => taken.has(textOf(disk["DiskId"])) === isTaken,
                );
                const categories = [...new Set(found.map((disk) => textOf(disk["Category"])))];
                return categories.length === 0 ? "none" : categories.sort().join(", ");
            });
            return {
                answer: `Taken: ${parts[0]}. Left out: ${parts[1]}.`,
                evidence: [cite(disks), cite(shown)],
            };
        },
    },
    aboutBehaviour(
        "excludeDiskIdSyntax",
        "How does the plugin accept more than one excluded disk?",
        excludedDisks,
    ),
    aboutBehaviour(
        "pluginAccount",
        "Does the plugin print how long its steps took, or only log it?",
        (evidence) => {
            const run = pluginResults(evidence, "up").find(({ exitCode }) => exitCode === 0);
            if (!run) return notSeen("No successful run of the plugin was seen.");
            const isPrinted = /\bcost=/.test(run.output);
            return {
                answer: isPrinted ? "It prints it." : "It does not print it.",
                value: isPrinted ? "printed" : "logged",
                evidence: [cite(run.call)],
            };
        },
    ),
    aboutBehaviour(
        "runtimeDirectories",
        "Are `/run` or `/dev/shm` of a Linux instance in memory, so that the scripts' output can be kept there?",
        (evidence) => {
            const run = pluginResults(evidence, "up").find(({ exitCode }) => exitCode === 0);
            if (!run || callsOf(evidence, { operation: "SendFile" }).length === 0) {
                return notSeen("No successful run with scripts was seen.");
            }
            const isKept = /^pre-script printed: /m.test(run.output);
            return {
                answer: isKept ? "Yes." : "No, or programs can't run there: the output was not kept.",
                value: isKept ? "tmpfs" : "disk",
                evidence: [cite(run.call)],
            };
        },
    ),
    aboutBehaviour(
        "windowsOutput",
        "Is the output of commands on Windows converted to UTF-8?",
        notTried(
            "the plugin's output is the same in both as long as it is ASCII; see what the plugin prints",
        ),
    ),
    aboutBehaviour(
        "unknownInvocation",
        "Is an invocation that does not exist an error for a look-up, or is the list empty?",
        (evidence) => {
            const [call] = callsOf(evidence, { probe: "unknown invocation" });
            if (!call) return notSeen("No run of the plugin was seen whose id could be changed.");
            const words = /** @type {const} */ ({
                accepted: ["The list is empty.", "empty"],
                refused: ["An error,", "not-found"],
            });
            return byCode(call, words, /InvokeId/);
        },
    ),
    aboutBehaviour(
        "passedDryRun",
        "What is the answer to a command that is only tried and would run?",
        (evidence) => {
            const [call] = callsOf(evidence, { operation: "RunCommand", step: "doctor" }).filter(
                ({ parameters }) => parameters["RepeatMode"] === "DryRun",
            );
            if (call?.status === undefined) return notSeen("No command was tried.");
            const words = /** @type {const} */ ({
                accepted: ["Ids.", "ids"],
                refused: ["The error", "error"],
            });
            return byCode(call, words, /^DryRunOperation$/);
        },
    ),
    aboutBehaviour(
        "strayArgument",
        "What does the plugin do with an argument that is no option?",
        notTried("it might take a snapshot that nobody finds"),
    ),
    aboutBehaviour(
        "concurrentRun",
        "Who refuses a run of the plugin while another one has not ended, and with which exit code?",
        notTried("this package never starts two, and somebody else's run must not be disturbed"),
    ),
    aboutBehaviour(
        "sendFileClientToken",
        "Does the delivery of a file honour its client token?",
        notTried(NEEDS_COMMAND),
    ),
    aboutBehaviour("fileModeCheck", "Who refuses a file mode that makes no sense?", notTried(NEEDS_COMMAND)),
    aboutBehaviour(
        "refusedFile",
        "What is the status of a file that the agent refuses?",
        notTried(NEEDS_COMMAND),
    ),
    aboutBehaviour(
        "linkedScript",
        "Does the plugin accept a symbolic link as a script?",
        notTried("this package refuses one, and a snapshot without scripts would follow"),
    ),
    aboutBehaviour(
        "scriptEnd",
        "Does the plugin wait for the end of a script, or until nobody holds its output open?",
        notTried("a process would be left on the instance, and the snapshot would wait for it"),
    ),
    aboutBehaviour(
        "scriptStart",
        "Does the plugin start a script by its first line, or with a shell?",
        notTried("the scripts of the live test are shell scripts, which run in both cases"),
    ),
    aboutBehaviour(
        "scriptKill",
        "What does the plugin kill of a script that takes too long?",
        notTried("a process might be left on the instance"),
    ),
];

/**
 * @param {Evidence} evidence
 * @param {string} step
 * @param {string} otherwise
 */
function quoted(evidence, step, otherwise) {
    const runs = pluginResults(evidence, step);
    const [last] = runs;
    if (!last) return notSeen(otherwise);
    // The scripts' output follows the plugin's, in base64.
    const lines = last.output.replace(/^(?:pre|post)-script printed: .*$/gm, "").trimEnd();
    const times = runs.length === 1 ? "" : ` (the last of ${runs.length} runs)`;
    return {
        answer: `Exit code ${textOf(last.exitCode)}${times}, and:\n${lines}`,
        evidence: [cite(last.call)],
    };
}

/**
 * @param {Evidence} evidence
 * @returns {import("./questions.mjs").Found | import("./questions.mjs").NotSeen}
 */
function excludedDisks(evidence) {
    const step = "excluded-disks";
    const [last] = pluginResults(evidence, step);
    if (!last) return notSeen("Not tried: --exclude-disks with two disks tries it.");
    if (last.exitCode !== 0) {
        return notSeen(
            `The plugin failed with exit code ${textOf(last.exitCode)}, which may have other reasons.`,
        );
    }
    const look = callsOf(evidence, { step, operation: "DescribeSnapshotGroups" }).find((call) =>
        groupsIn(call).some((group) => isReported(group, last.output)),
    );
    const group = look && groupsIn(look).find((shown) => isReported(shown, last.output));
    if (!look || !group) return notSeen("The group was not seen.");
    const disks = membersOf(group).map((member) => textOf(member["SourceDiskId"]));
    const included = evidence.excludeDisks.filter((id) => disks.includes(id));
    return {
        answer:
            included.length === 0
                ? "As one value with commas, as this package gives them."
                : `Not as one value with commas: it took ${included.join(" and ")} all the same.`,
        value: included.length === 0 ? "comma" : "repeat",
        evidence: [cite(last.call), cite(look)],
    };
}

/**
 * @param {import("./evidence.mjs").Fields} group
 * @param {string} output
 */
function isReported(group, output) {
    return output.includes(`"${textOf(group["SnapshotGroupId"])}"`);
}
