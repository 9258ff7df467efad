// The open questions about the cloud, and how a live test answers them. docs/questions.md has the same list.
import { commandAnswers } from "./answers-commands.mjs";
import { groupAnswers } from "./answers-groups.mjs";
import { roleAnswers } from "./answers-roles.mjs";
import { timeAnswers } from "./answers-times.mjs";

/**
 * @typedef {object} Found
 * @property {string} answer
 * @property {string | number | boolean} [value] Of the emulator's setting.
 * @property {readonly string[]} evidence
 *
 * @typedef {{ notSeen: string }} NotSeen Why there is no answer.
 *
 * @typedef {object} Question
 * @property {string} id
 * @property {string} question
 * @property {{ kind: "behaviour" | "timing", name: string }} [setting] The setting of the emulator that follows.
 * @property {(evidence: import("./evidence.mjs").Evidence) => Found | NotSeen} answer Pure.
 *
 * @typedef {Omit<Question, "answer"> & (Found | NotSeen)} Answered
 */

/** @type {readonly Question[]} */
export const questions = [...groupAnswers, ...commandAnswers, ...roleAnswers, ...timeAnswers];

/**
 * @param {import("./evidence.mjs").Evidence} evidence
 * @returns {Answered[]}
 */
export function answersOf(evidence) {
    return questions.map(({ answer, ...question }) => ({ ...question, ...answer(evidence) }));
}
