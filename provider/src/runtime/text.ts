/**
 * Returns text without lone surrogates, which a cut may leave: the engine's protocol can't carry them, and a call that
 * contains one is never answered.
 */
export function wellFormed(text: string): string {
    return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Cuts off the end of a text that is too long, with a mark at the cut; `longest` is in UTF-16 code units. */
export function beginningOf(text: string, longest: number): string {
    return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/\p{Surrogate}$/u, "")}…`;
}

/** Cuts off the beginning of a text that is too long, likewise. */
export function endOf(text: string, longest: number): string {
    return text.length <= longest ? text : `…${text.slice(1 - longest).replace(/^\p{Surrogate}/u, "")}`;
}

/** Joins the phrases that are not empty. */
export function phrases(...parts: readonly (string | undefined)[]): string {
    return parts.filter((part) => part !== undefined && part !== "").join("; ");
}

/** Returns a name for a message. A name that no rule has checked may contain anything. */
export function printable(name: string): string {
    return /^\w{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 64));
}

/**
 * Returns text on one line without control characters, by which a name or a message from elsewhere could change what a
 * terminal or a log shows.
 */
export function onOneLine(text: string): string {
    return text
        .replace(/\s+/g, " ")
        .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, "\ufffd")
        .trim();
}
