// How RAM roles are attached, and what the API tells about instances and agents.
import { callsOf, cite, fieldsOf, listIn, pluginResults, saysNothing, textOf } from "./evidence.mjs";
import { aboutBehaviour, notSeen, notTried } from "./question.mjs";

const NEEDS_STOP = "the instance or its agent would have to be stopped";

/** @type {readonly import("./questions.mjs").Question[]} */
export const roleAnswers = [
    aboutBehaviour(
        "rolelessInstance",
        "Does the list of roles leave out an instance without a role, or show it with an empty name?",
        (evidence) => {
            for (const call of callsOf(evidence, { operation: "DescribeInstanceRamRole" })) {
                if (
                    call.status !== 200 ||
                    !textOf(call.parameters["InstanceIds"]).includes(evidence.instanceId)
                ) {
                    continue;
                }
                const sets = listIn(call, "InstanceRamRoleSets.InstanceRamRoleSet");
                const set = sets.find(({ InstanceId }) => InstanceId === evidence.instanceId);
                const isEmpty = set !== undefined && textOf(set["RamRoleName"]) === "";
                if (set === undefined || isEmpty) {
                    return {
                        answer: isEmpty ? "It shows it with an empty name." : "It leaves it out.",
                        value: isEmpty ? "empty" : "omitted",
                        evidence: [cite(call)],
                    };
                }
            }
            return notSeen("The instance had a role all the time.");
        },
    ),
    aboutBehaviour(
        "sameRoleReattach",
        "Is it an error to attach the role that an instance has already?",
        (evidence) => {
            const [call] = callsOf(evidence, { probe: "same role" });
            if (!call) return notSeen("The instance did not have the role before.");
            const [item = {}] = listIn(call, "AttachInstanceRamRoleResults.AttachInstanceRamRoleResult");
            const code = call.code ?? textOf(item["Code"]);
            if (saysNothing({ code })) return notSeen(`It failed for another reason: ${code}.`);
            if (call.code !== undefined) {
                return {
                    answer: `Yes, the call fails with ${call.code}.`,
                    value: "refused",
                    evidence: [cite(call)],
                };
            }
            return item["Success"] === false
                ? {
                      answer: `Yes, the item fails with ${textOf(item["Code"])}.`,
                      value: "error",
                      evidence: [cite(call)],
                  }
                : { answer: "No.", value: "success", evidence: [cite(call)] };
        },
    ),
    aboutBehaviour(
        "detachMissingRole",
        "Is it an error to detach a role that an instance does not have?",
        notTried("somebody else may attach the role at that moment, and lose it"),
    ),
    aboutBehaviour(
        "imdsv2",
        "Does the plugin work on an instance whose metadata service requires tokens (`HttpTokens: required`)?",
        (evidence) => {
            const [call] = callsOf(evidence, { operation: "DescribeInstances", probe: "look" });
            const [instance = {}] = call === undefined ? [] : listIn(call, "Instances.Instance");
            const { HttpTokens } = fieldsOf(instance["MetadataOptions"]);
            const [last] = pluginResults(evidence, "up");
            if (!call || HttpTokens !== "required" || !last)
                return notSeen("The instance does not require tokens.");
            const evidences = [cite(call), cite(last.call)];
            if (last.exitCode === 0) return { answer: "Yes.", value: "supported", evidence: evidences };
            return last.exitCode === 1
                ? { answer: "No, it ends with exit code 1.", value: "unsupported", evidence: evidences }
                : notSeen(
                      `The plugin failed with exit code ${textOf(last.exitCode)}, which has other reasons.`,
                  );
        },
    ),
    aboutBehaviour(
        "stoppedInstance",
        "Is a command for an instance that is not running refused, or does its result tell?",
        notTried(NEEDS_STOP),
    ),
    aboutBehaviour(
        "offlineAgent",
        "Is a command for an agent that does not answer refused, or does its result tell?",
        notTried(NEEDS_STOP),
    ),
    aboutBehaviour(
        "absentAgent",
        "Does the list of agents leave out an instance without one?",
        notTried("the agent would have to be removed"),
    ),
    aboutBehaviour(
        "activeTaskCount",
        "Is the number of commands that an agent runs up to date?",
        notTried("it takes another command on the instance that runs for a minute"),
    ),
];
