import type { Report } from "../../runtime/schema";

/** A problem with one input. */
export interface InputFailure {
    /** The path of the input, such as `linux.preScriptPath`. */
    readonly input: string;
    /** The rule it breaks, for a person; it never quotes the value, which may be a secret. */
    readonly reason: string;
}

export function failuresIn({ problems }: Report): InputFailure[] {
    return problems.map(({ path, reason }) => ({ input: path, reason }));
}
