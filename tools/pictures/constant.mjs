// What differs between two runs, and the values that the pictures show instead.

import { textOf } from "./colours.mjs";

/** @typedef {import("./colours.mjs").Line} Line */

const ESCAPE = "\u001b";

/**
 * Ids, in the order of their first appearance.
 *
 * @type {readonly (readonly [RegExp, readonly string[]])[]}
 */
const IDS = [
    [/\bssg-[0-9a-z]{20}\b/g, ["ssg-bp1hq32smbtap5d46suq"]],
    [/\bs-[0-9a-z]{20}\b/g, ["s-bp1b91vo2mlrwi6dp7b2", "s-bp1f3s3hgwaj5lhczehp"]],
];

/**
 * Times, durations and addresses.
 *
 * @type {readonly (readonly [RegExp, string])[]}
 */
const VALUES = [
    [/\bhttp:\/\/127\.0\.0\.1:\d+/g, "http://127.0.0.1:4566"],
    [/\b\d{4}-\d\d-\d\dT\d\d:\d\dZ/g, "2026-01-02T03:04Z"],
    [/creating \([\dhms]+\)/g, "creating (1s)"],
    [/created \([\dhms]+\)/g, "created (8s)"],
    [/\bacquired in [\d.]+ s\b/g, "acquired in 0.2 s"],
    [/\bwas on until (\S+), for [\d.]+ s\b/g, "was on until $1, for 1.4 s"],
    [new RegExp(`Duration:(${ESCAPE}\\[0m) \\S+`, "g"), "Duration:$1 15s"],
];

/**
 * Replaces in an output what differs between two runs by values that are always the same.
 *
 * @param {string} output
 * @param {ReadonlyMap<string, string>} names What to show for names of this run.
 */
export function constant(output, names) {
    const named = [...names].reduce((text, [name, shown]) => text.replaceAll(name, shown), output);
    const valued = VALUES.reduce((text, [pattern, shown]) => text.replace(pattern, shown), named);
    return IDS.reduce((text, [pattern, shown]) => replacedIds(text, pattern, shown), valued);
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {readonly string[]} shown
 */
function replacedIds(text, pattern, shown) {
    const found = [...new Set(text.match(pattern))];
    return text.replace(pattern, (id) => {
        const replacement = shown[found.indexOf(id)];
        if (replacement === undefined)
            throw new Error(`There is no constant id for ${id}: the output has too many.`);
        return replacement;
    });
}

/** A row's message that the next look at the cloud replaces, such as "running 2s: …": it depends on the moment. */
const MOMENTARY = /creating \(1s\) [a-z]+(?: \d+%,)? [\dhms]+: /;

/**
 * Returns the lines of a constant output that every run prints, in an order that is always the same.
 *
 * @param {readonly Line[]} lines
 * @returns {Line[]}
 */
export function lasting(lines) {
    const texts = lines.map(textOf);
    const kept = lines.filter((_, index) => isLasting(texts, index));
    const start = kept.findIndex((line) => textOf(line) === "Diagnostics:") + 1;
    const length = kept.slice(start).findIndex((line) => /^\S/.test(textOf(line)));
    if (start === 0 || length < 0) return kept;
    // The engine prints the resources of its diagnostics in any order.
    const resources = blocksOf(kept.slice(start, start + length));
    const sorted = resources.sort((one, other) => (titleOf(one) < titleOf(other) ? -1 : 1));
    return [...kept.slice(0, start), ...sorted.flat(), ...kept.slice(start + length)];
}

/**
 * @param {readonly string[]} texts
 * @param {number} index
 */
function isLasting(texts, index) {
    const text = texts[index] ?? "";
    // Without a terminal, the engine repeats a row that has not changed.
    const isRepeated = text.includes("creating (1s)") && texts.indexOf(text) < index;
    return !text.startsWith("@ updating") && !MOMENTARY.test(text) && !isRepeated;
}

/**
 * @param {readonly Line[]} lines
 * @returns {Line[][]} The lines of each resource, with those after it that are indented further, or empty.
 */
function blocksOf(lines) {
    /** @type {Line[][]} */
    const blocks = [];
    for (const line of lines) {
        if (/^ {2}\S/.test(textOf(line))) blocks.push([]);
        blocks.at(-1)?.push(line);
    }
    return blocks;
}

/** @param {readonly Line[]} block */
function titleOf([title = []]) {
    return textOf(title);
}
