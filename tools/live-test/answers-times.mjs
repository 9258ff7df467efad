// How long the cloud takes, and how late it shows what happened.
import { deletionOf } from "./answers-groups.mjs";
import {
    callsOf,
    cite,
    cloudTime,
    endedAt,
    fieldsOf,
    groupsIn,
    listIn,
    membersOf,
    pluginResults,
    pluginRuns,
    tagKeysOf,
    textOf,
} from "./evidence.mjs";
import { aboutTiming, notSeen } from "./question.mjs";

/**
 * @typedef {import("./evidence.mjs").Evidence} Evidence
 * @typedef {import("./evidence.mjs").Call} Call
 * @typedef {import("./evidence.mjs").Fields} Fields
 * @typedef {import("./questions.mjs").Found} Found
 * @typedef {import("./questions.mjs").NotSeen} NotSeen
 */

const MARK = /^(?:appconsistent|fsconsistent)$/i;

/** The times of the API's answers are to the second, so that a smaller difference of the clocks is not seen. */
const CLOCK_PRECISION_MS = 2_000;

/** @type {readonly import("./questions.mjs").Question[]} */
export const timeAnswers = [
    aboutTiming("deliveryMs", "How long does a command take to reach the instance?", (evidence) => {
        const [run] = pluginResults(evidence, "up");
        const ordered = run && callsOf(evidence, { step: "up", operation: "RunCommand" }).at(-1);
        const ms = run && ordered ? timeOf(run.result, "StartTime") - cloudTime(ordered) : NaN;
        return run && ordered && Number.isFinite(ms)
            ? span(Math.max(0, ms), [ordered, run.call], "to the second")
            : notSeen("No run of the plugin was seen with its times.");
    }),
    aboutTiming("pluginMs", "How long does a run of the plugin take?", (evidence) => {
        const [run] = pluginResults(evidence, "up");
        const ms = run ? timeOf(run.result, "FinishedTime") - timeOf(run.result, "StartTime") : NaN;
        return run && Number.isFinite(ms)
            ? span(ms, [run.call], "to the second, with the scripts and the command around it")
            : notSeen("No run of the plugin was seen with its times.");
    }),
    aboutTiming(
        "visibilityMs",
        "How long is a new command or a new group missing from the lists?",
        (evidence) => {
            const [invokeId] = pluginRuns(evidence, "up");
            const ordered = callsOf(evidence, { step: "up", operation: "RunCommand" }).find(
                ({ body }) => fieldsOf(body)["InvokeId"] === invokeId,
            );
            const looks = callsOf(evidence, { step: "up", operation: "DescribeInvocationResults" }).filter(
                ({ parameters }) => parameters["InvokeId"] === invokeId,
            );
            return ordered
                ? delay(looks, hasResult, endedAt(ordered), "The command")
                : notSeen("No run of the plugin was seen.");
        },
    ),
    aboutTiming(
        "consistencyTagMs",
        "How long after a snapshot's creation are its marks shown?",
        (evidence) => {
            const looks = shown(evidence, "up", (group) => membersOf(group).length > 0);
            const [first] = looks;
            const isMarked = (/** @type {Call} */ call) =>
                groupsIn(call)
                    .flatMap(membersOf)
                    .every((member) => tagKeysOf(member).some((key) => MARK.test(key)));
            return first
                ? delay(looks, isMarked, endedAt(first), "The marks")
                : notSeen("No group was seen.");
        },
    ),
    aboutTiming("tagVisibilityMs", "How long after a change of tags are they shown?", (evidence) => {
        const change = callsOf(evidence, { step: "changed", operation: "TagResources" }).find(
            ({ code, parameters }) => code === undefined && parameters["ResourceType"] === "snapshot",
        );
        const looks = evidence.calls.filter(
            (call) =>
                change !== undefined &&
                Date.parse(call.time) > endedAt(change) &&
                groupsIn(call).some((group) => membersOf(group).length > 0),
        );
        const isTagged = (/** @type {Call} */ call) =>
            groupsIn(call)
                .flatMap(membersOf)
                .some((member) => tagKeysOf(member).includes("changed"));
        return change && looks.length > 0
            ? delay(looks, isTagged, endedAt(change), "The tags")
            : notSeen("Nobody looked after the change.");
    }),
    aboutTiming("availableMs", "How long after its creation can a snapshot be used?", (evidence) => {
        const looks = shown(evidence, "up", (group) => membersOf(group).length > 0);
        const [first] = looks;
        const isUsable = (/** @type {Call} */ call) =>
            groupsIn(call)
                .flatMap(membersOf)
                .every((member) => member["Available"] === true);
        return first
            ? delay(looks, isUsable, endedAt(first), "The snapshots")
            : notSeen("No group was seen.");
    }),
    aboutTiming("uploadMs", "How long does the upload of a snapshot take?", (evidence) => {
        const [created] = callsOf(evidence, { probe: "group" }).flatMap(groupsIn);
        const id = created?.["SnapshotGroupId"];
        const end = callsOf(evidence, { operation: "DescribeSnapshotGroups" }).find((call) =>
            groupsIn(call).some(
                (group) => group["SnapshotGroupId"] === id && group["Status"] === "accomplished",
            ),
        );
        const ms = end && created ? cloudTime(end) - timeOf(created, "CreationTime") : NaN;
        return end && Number.isFinite(ms)
            ? span(ms, [end], "at most; it was not waited for")
            : notSeen("The group was deleted before its upload had ended.");
    }),
    aboutTiming("deletionMs", "How long is a deleted group still shown?", (evidence) => {
        const deletion = deletionOf(evidence);
        const isGone = (/** @type {Call} */ call) => groupsIn(call).length === 0;
        return deletion
            ? delay(deletion.looks, isGone, endedAt(deletion.call), "The group's end")
            : notSeen("No deletion succeeded, or nobody looked afterwards.");
    }),
    aboutTiming(
        "rolePropagationMs",
        "How long does a role that was just attached take to reach the instance?",
        roleDelay,
    ),
    aboutTiming(
        "clockOffsetMs",
        "How far is the cloud's clock ahead of that of this machine?",
        (evidence) => {
            const offsets = evidence.calls
                .map((call) => ({
                    call,
                    ms: cloudTime(call) + 500 - (Date.parse(call.time) + call.tookMs / 2),
                }))
                .filter(({ ms }) => Number.isFinite(ms))
                .sort((a, b) => a.ms - b.ms);
            const median = offsets[Math.floor(offsets.length / 2)];
            if (!median) return notSeen("No answer told the time.");
            return Math.abs(median.ms) < CLOCK_PRECISION_MS
                ? { answer: "By less than two seconds.", value: 0, evidence: [cite(median.call)] }
                : span(Math.round(median.ms / 1_000) * 1_000, [median.call], "to the second");
        },
    ),
];

/** The plugin's exit code if it has no role. */
const NO_ROLE = 13;

/**
 * The plugin is started as soon as the role is attached, and again until it has the role.
 *
 * @param {Evidence} evidence
 * @returns {Found | NotSeen}
 */
function roleDelay(evidence) {
    const attached = callsOf(evidence, { step: "up", operation: "AttachInstanceRamRole" }).find(
        ({ status }) => status === 200,
    );
    const [last, missed] = pluginResults(evidence, "up");
    const started = callsOf(evidence, { step: "up", operation: "RunCommand" }).find(
        ({ body }) => last !== undefined && fieldsOf(body)["InvokeId"] === last.result["InvokeId"],
    );
    if (!attached || !last || !started || last.exitCode !== 0) {
        return notSeen("No role was attached, or no run of the plugin succeeded with it.");
    }
    const ms = endedAt(started) - endedAt(attached);
    const cited = [cite(attached), cite(started), cite(last.call)];
    if (missed?.exitCode !== NO_ROLE) {
        return { answer: `The first run of the plugin had it, after ${ms} ms.`, value: 0, evidence: cited };
    }
    return { answer: `A run had it after ${ms} ms; the one before did not.`, value: ms, evidence: cited };
}

/** @param {Call} call */
function hasResult(call) {
    return listIn(call, "Invocation.InvocationResults.InvocationResult").length > 0;
}

/**
 * The looks of a step at groups, as far as they show one of this kind.
 *
 * @param {Evidence} evidence
 * @param {string} step
 * @param {(group: Fields) => boolean} isOfKind
 */
function shown(evidence, step, isOfKind) {
    return callsOf(evidence, { step, operation: "DescribeSnapshotGroups" }).filter((call) =>
        groupsIn(call).some(isOfKind),
    );
}

/**
 * Tells when a look first showed something: at once, or after which time.
 *
 * @param {readonly Call[]} looks
 * @param {(call: Call) => boolean} isShown
 * @param {number} since
 * @param {string} what
 * @returns {Found | NotSeen}
 */
function delay(looks, isShown, since, what) {
    const answered = looks.filter(({ status, code }) => status !== undefined && code === undefined);
    const index = answered.findIndex(isShown);
    const look = answered[index];
    if (!look) return notSeen(`${what} did not show.`);
    const ms = Math.max(0, endedAt(look) - since);
    const missed = answered[index - 1];
    if (!missed) {
        return {
            answer: `${what} showed at the first look, after ${ms} ms.`,
            value: 0,
            evidence: [cite(look)],
        };
    }
    return {
        answer: `${what} showed after ${ms} ms, and not yet after ${Math.max(0, endedAt(missed) - since)} ms.`,
        value: ms,
        evidence: [cite(missed), cite(look)],
    };
}

/**
 * @param {number} ms
 * @param {readonly Call[]} calls
 * @param {string} precision
 * @returns {Found}
 */
function span(ms, calls, precision) {
    const value = Math.round(ms);
    return { answer: `${value / 1_000} s, ${precision}.`, value, evidence: calls.map(cite) };
}

/**
 * @param {Fields} fields
 * @param {string} name
 */
function timeOf(fields, name) {
    return Date.parse(textOf(fields[name]));
}
