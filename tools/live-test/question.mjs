// Makes the entries of the table of questions.

/**
 * @typedef {import("./questions.mjs").Question} Question
 * @typedef {import("./questions.mjs").Found} Found
 * @typedef {import("./questions.mjs").NotSeen} NotSeen
 */

import { cite, saysNothing } from "./evidence.mjs";

/**
 * A question that one of the emulator's behaviours answers in two ways.
 *
 * @param {string} name
 * @param {string} question
 * @param {Question["answer"]} answer
 * @returns {Question}
 */
export function aboutBehaviour(name, question, answer) {
    return { id: name, question, setting: { kind: "behaviour", name }, answer };
}

/**
 * @param {string} name
 * @param {string} question
 * @param {Question["answer"]} answer
 * @returns {Question}
 */
export function aboutTiming(name, question, answer) {
    return { id: name, question, setting: { kind: "timing", name }, answer };
}

/**
 * A question that a live test can't answer without harm or without more resources.
 *
 * @param {string} why
 * @returns {Question["answer"]}
 */
export function notTried(why) {
    return () => ({ notSeen: `Not tried: ${why}.` });
}

/**
 * @param {string} notSeen
 * @returns {NotSeen}
 */
export function notSeen(notSeen) {
    return { notSeen };
}

/**
 * Answers whether something is accepted or refused, by a call that tried it.
 *
 * @param {import("./evidence.mjs").Call} call
 * @param {{ accepted: readonly [string, string], refused: readonly [string, string] }} words The answer and the value.
 * @param {RegExp} [refusal] The codes of the refusal in question. Default: all but those that say nothing.
 * @returns {Found | NotSeen}
 */
export function byCode(call, { accepted, refused }, refusal = /./) {
    const { code, message } = call;
    if (code === undefined) return { answer: accepted[0], value: accepted[1], evidence: [cite(call)] };
    return saysNothing(call) || !refusal.test(code)
        ? notSeen(`The call failed for another reason: ${code}: ${message}`)
        : { answer: `${refused[0]} ${code}.`, value: refused[1], evidence: [cite(call)] };
}
