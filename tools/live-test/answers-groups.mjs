// What snapshot groups, their tags and their deletion are like.
import {
    callsOf,
    cite,
    groupsIn,
    listIn,
    membersOf,
    pluginRuns,
    saysNothing,
    tagKeysOf,
    textOf,
} from "./evidence.mjs";
import { aboutBehaviour, byCode, notSeen, notTried } from "./question.mjs";

const MARK = /^appconsistent$/i;

const NEEDS_IMAGE = "it takes an image or a disk that is made from a snapshot, which costs money and time";

const ACCEPTED_OR_REFUSED = /** @type {const} */ ({
    accepted: ["Yes.", "accepted"],
    refused: ["No, it is refused with", "refused"],
});

/** @type {readonly import("./questions.mjs").Question[]} */
export const groupAnswers = [
    aboutBehaviour(
        "consistencyTagKey",
        "How is the tag spelt that marks an application-consistent snapshot?",
        (evidence) => {
            for (const call of callsOf(evidence, { operation: "DescribeSnapshotGroups" })) {
                const key = groupsIn(call)
                    .flatMap(membersOf)
                    .flatMap(tagKeysOf)
                    .find((tag) => MARK.test(tag));
                if (key !== undefined) return { answer: `${key}.`, value: key, evidence: [cite(call)] };
            }
            return notSeen("No snapshot was marked as application-consistent.");
        },
    ),
    aboutBehaviour("consistencyTagOnGroup", "Is the group marked like its snapshots?", (evidence) => {
        const [call] = callsOf(evidence, { probe: "group" });
        const [group] = call === undefined ? [] : groupsIn(call);
        if (
            !call ||
            !group ||
            !membersOf(group)
                .flatMap(tagKeysOf)
                .some((key) => MARK.test(key))
        ) {
            return notSeen("No group with marked snapshots was seen.");
        }
        const value = tagKeysOf(group).some((key) => MARK.test(key));
        return { answer: value ? "Yes." : "No.", value, evidence: [cite(call)] };
    }),
    aboutBehaviour("groupTags", "Can a snapshot group have tags?", (evidence) => {
        const calls = callsOf(evidence, { operation: "TagResources" });
        const [call] = calls.filter(({ parameters }) => parameters["ResourceType"] === "snapshotgroup");
        if (call?.status === undefined) return notSeen("No tag of a group was set.");
        return byCode(call, ACCEPTED_OR_REFUSED);
    }),
    aboutBehaviour(
        "groupNameFilter",
        "Does the filter by name find groups by the whole name, or by a part of it too?",
        (evidence) => {
            const [whole] = callsOf(evidence, { probe: "whole name" });
            const [part] = callsOf(evidence, { probe: "part of the name" });
            if (!whole || !part || groupsIn(whole).length === 0 || part.code !== undefined) {
                return notSeen("The group was not found by its whole name, so nothing follows.");
            }
            const isFound = groupsIn(part).length > 0;
            return {
                answer: isFound ? "By a part of it too." : "By the whole name only.",
                value: isFound ? "fuzzy" : "exact",
                evidence: [cite(whole), cite(part)],
            };
        },
    ),
    aboutBehaviour(
        "emptyModification",
        "Is a change of a group accepted that names neither a name nor a description?",
        (evidence) => {
            const [call] = callsOf(evidence, { probe: "empty change" });
            if (!call) return notSeen("There was no group to ask about.");
            return byCode(call, ACCEPTED_OR_REFUSED);
        },
    ),
    {
        id: "unknownGroup",
        question: "Is a group that does not exist an error for a look-up by its id, or is the list empty?",
        answer: (evidence) => {
            const call = callsOf(evidence, { probe: "deleted group" }).at(-1);
            if (!call || groupsIn(call).length > 0 || saysNothing(call)) {
                return notSeen("No look-up of a group that is gone was made.");
            }
            const answer = call.code === undefined ? "The list is empty." : `An error, ${call.code}.`;
            return { answer, evidence: [cite(call)] };
        },
    },
    aboutBehaviour("deleteMissingGroup", "Is the deletion of a group that is gone an error?", (evidence) => {
        const [call] = callsOf(evidence, { probe: "second deletion" });
        if (!call) return notSeen("The group was still shown, so it was not deleted again.");
        const words = /** @type {const} */ ({ accepted: ["No.", "success"], refused: ["Yes,", "not-found"] });
        return byCode(call, words, /NotFound/);
    }),
    aboutBehaviour("deletion", "Is a deleted group still shown for a while?", (evidence) => {
        const deletion = deletionOf(evidence);
        if (!deletion) return notSeen("No deletion succeeded, or nobody looked afterwards.");
        const [first] = deletion.looks;
        const isShown = first !== undefined && groupsIn(first).length > 0;
        return {
            answer: isShown ? "Yes." : "No, it was gone at the first look.",
            value: isShown ? "asynchronous" : "synchronous",
            evidence: [cite(deletion.call), ...(first === undefined ? [] : [cite(first)])],
        };
    }),
    aboutBehaviour(
        "deleteProgressingGroup",
        "Can a group be deleted while it is still uploading?",
        (evidence) => {
            const [before] = callsOf(evidence, { probe: "before its deletion" });
            const [group] = before === undefined ? [] : groupsIn(before);
            const [call] = callsOf(evidence, { operation: "DeleteSnapshotGroup", step: "destroy" });
            if (!before || !call || textOf(group?.["Status"]) !== "progressing") {
                return notSeen("The upload had ended before the deletion.");
            }
            const codes = [call.code, ...itemCodes(call)].filter((code) => code !== undefined && code !== "");
            const evidences = [cite(before), cite(call)];
            if (codes.length === 0) return { answer: "Yes.", value: "cancel", evidence: evidences };
            return codes.some((code) => /Conflict/.test(String(code)))
                ? { answer: `No, ${codes.join()}.`, value: "conflict", evidence: evidences }
                : notSeen(`The deletion failed for another reason: ${codes.join()}.`);
        },
    ),
    aboutBehaviour(
        "previousSnapshotInProgress",
        "Can a snapshot be taken while the previous one of the instance is still uploading?",
        previousSnapshot,
    ),
    aboutBehaviour(
        "groupWithHeldMember",
        "Does a deleted group stay if an image holds one of its snapshots?",
        notTried(NEEDS_IMAGE),
    ),
    aboutBehaviour(
        "diskHeldMember",
        "Does the deletion of a group delete a snapshot from which a disk was made?",
        notTried(NEEDS_IMAGE),
    ),
    aboutBehaviour(
        "heldMember",
        "Does the deletion of a group with a held snapshot fail as a whole?",
        notTried(NEEDS_IMAGE),
    ),
    aboutBehaviour(
        "emptyGroup",
        "Does a group stay whose snapshots were deleted one by one?",
        notTried("it takes another snapshot, whose group may then have to be removed by hand"),
    ),
    aboutBehaviour(
        "unpermittedList",
        "Is a list of snapshots or groups without the permission refused, or empty?",
        notTried("it takes a caller without that permission"),
    ),
    aboutBehaviour("throttlingStatus", "What is the HTTP status of a throttled call?", (evidence) => {
        const call = evidence.calls.find(({ code = "", status }) => status && code.includes("Throttling"));
        if (!call?.status) return notSeen("No call was throttled.");
        return { answer: `${call.status}, with ${call.code}.`, value: call.status, evidence: [cite(call)] };
    }),
];

/**
 * The successful deletion of the main group, and the looks at it afterwards.
 *
 * @param {import("./evidence.mjs").Evidence} evidence
 */
export function deletionOf(evidence) {
    const call = callsOf(evidence, { operation: "DeleteSnapshotGroup", step: "destroy" }).find(
        (made) => made.code === undefined && made.status !== undefined && itemCodes(made).length === 0,
    );
    if (!call) return undefined;
    const id = call.parameters["SnapshotGroupId"];
    const looks = callsOf(evidence, { operation: "DescribeSnapshotGroups" }).filter(
        ({ time, code, status, parameters }) =>
            Date.parse(time) > Date.parse(call.time) &&
            status !== undefined &&
            code === undefined &&
            [parameters["SnapshotGroupId.1"], ...[parameters["SnapshotGroupId"]].flat()].includes(id),
    );
    return looks.length === 0 ? undefined : { call, looks };
}

/** @param {import("./evidence.mjs").Call} call */
function itemCodes(call) {
    return listIn(call, "OperationProgressSet.OperationProgress")
        .map((item) => textOf(item["ErrorCode"]))
        .filter((code) => code !== "");
}

/**
 * The experiments take a snapshot soon after the main one. Its upload must be in progress before and after the run of
 * the plugin; a refusal is the plugin's exit code 16.
 *
 * @param {import("./evidence.mjs").Evidence} evidence
 * @returns {import("./questions.mjs").Found | import("./questions.mjs").NotSeen}
 */
function previousSnapshot(evidence) {
    for (const step of ["failing-pre-script", "excluded-disks"]) {
        const looks = callsOf(evidence, { step, operation: "DescribeSnapshotGroups" });
        const [before, after] = ["upload before", "upload after"].map((probe) =>
            looks.find((call) => call.probe === probe),
        );
        const isUploading = (/** @type {typeof before} */ call) =>
            call !== undefined && textOf(groupsIn(call)[0]?.["Status"]) === "progressing";
        const results = callsOf(evidence, { step, probe: "output" });
        const exitCodes = results.map(
            (call) => listIn(call, "Invocation.InvocationResults.InvocationResult")[0]?.["ExitCode"],
        );
        const cited = [before, ...results, after].flatMap((call) => (call === undefined ? [] : [cite(call)]));
        if (!isUploading(before) || pluginRuns(evidence, step).length === 0) continue;
        if (exitCodes.includes(16))
            return { answer: "No, the plugin ends with exit code 16.", value: "refused", evidence: cited };
        if (isUploading(after) && exitCodes.length > 0)
            return { answer: "Yes.", value: "allowed", evidence: cited };
    }
    return notSeen(
        "No second snapshot was seen to run during an upload: --failing-pre-script and --exclude-disks try one.",
    );
}
