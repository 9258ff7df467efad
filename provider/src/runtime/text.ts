/**
 * Text without halves of characters, as a cut leaves them: the engine's protocol can't carry one, and the call that
 * tried to would never be answered.
 */
export function wellFormed(text: string): string {
    return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** The beginning of a text that is too long, with a mark at the cut; `longest` in UTF-16 code units. */
export function beginningOf(text: string, longest: number): string {
    return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/\p{Surrogate}$/u, "")}…`;
}

/** The end of a text that is too long, likewise. */
export function endOf(text: string, longest: number): string {
    return text.length <= longest ? text : `…${text.slice(1 - longest).replace(/^\p{Surrogate}/u, "")}`;
}

/** Joins the phrases that are not empty. */
export function phrases(...parts: readonly (string | undefined)[]): string {
    return parts.filter((part) => part !== undefined && part !== "").join("; ");
}

/** Returns a name as a message may show it: one that no rule is held against may be anything. */
export function printable(name: string): string {
    return /^\w{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 64));
}
