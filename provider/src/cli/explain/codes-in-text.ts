import { stripVTControlCharacters } from "node:util";

import type { Explanation } from "../../errors/explanation";
import { ofCode } from "./look-up";

/**
 * Returns the explanations of the codes in the output of a command, each once and the urgent ones first. A code is
 * followed by a colon, as in an error, or named by an error's last line; the same word elsewhere means nothing.
 */
export function explanationsIn(log: string): readonly Explanation[] {
    const text = stripVTControlCharacters(log);
    const words = [
        ...Array.from(
            text.matchAll(/(?<![\w.])([A-Z][A-Za-z]*(?:\.[A-Za-z]+)*)(?=: )/g),
            ([, code = ""]) => code,
        ),
        ...Array.from(text.matchAll(/app-snapshot explain ((?:[A-Z][\w.]*,? ?)+)/g), ([, codes = ""]) =>
            codes.split(/[, ]+/),
        ).flat(),
    ];
    const found = [...new Set(words.filter((word) => word !== "").flatMap(ofCode))];
    return [...found.filter(({ urgent }) => urgent), ...found.filter(({ urgent }) => !urgent)];
}
