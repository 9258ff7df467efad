import { anchorOf } from "../../errors/address";
import { apiErrors, fitsApiError } from "../../errors/api-errors";
import { errorGroups } from "../../errors/catalogue";
import { exitCodeEntry } from "../../errors/exit-codes";
import { type Explanation, explanationOf } from "../../errors/explanation";
import { onOneLine } from "../../runtime/text";
import { UsageError } from "../command/command-error";
import { nearest } from "../command/nearest";

/** Every error of the documentation, in its order. */
export const explanations: readonly Explanation[] = errorGroups.flatMap((group) =>
    group.errors.map((error) => explanationOf(error, group)),
);

/**
 * Returns what a code means: one of the errors, or several of the same code.
 *
 * @param wanted an error's code in any case, its address, or an exit code.
 * @throws UsageError with suggestions if there is none.
 */
export function lookUp(wanted: string): readonly Explanation[] {
    const found = /^\d+$/.test(wanted) ? ofExitCode(Number(wanted)) : ofCode(wanted);
    if (found.length === 0) {
        throw new UsageError(noSuchCode(wanted));
    }
    return found;
}

/**
 * Returns the explanations of a code, or of an address in docs/errors.md; none if there is none. The explanation of an
 * API code is that of the entry which it fits.
 */
export function ofCode(wanted: string): readonly Explanation[] {
    const code = wanted.toLowerCase().replace(/^.*#/, "");
    const exact = explanations.filter((explanation) =>
        [explanation.code.toLowerCase(), anchorOf(explanation.code)].includes(code),
    );
    if (exact.length > 0) {
        return exact;
    }
    const entry = apiErrors.find((one) => fitsApiError({ ...one, code: one.code.toLowerCase() }, code));
    return explanations.filter((explanation) => explanation.code === entry?.code);
}

function ofExitCode(exitCode: number): readonly Explanation[] {
    if (exitCode === 0) {
        throw new UsageError(
            "exit code 0 is not an error; what a successful run can lack is explained by Degraded",
        );
    }
    const { code } = exitCodeEntry(exitCode);
    return explanations
        .filter((explanation) => explanation.code === code)
        .map((one) => (one.exitCode === undefined ? { ...one, exitCode } : one));
}

function noSuchCode(wanted: string): string {
    const shown = JSON.stringify(onOneLine(wanted).slice(0, 80));
    const meant = suggestions(wanted.toLowerCase());
    return meant.length === 0
        ? `there is no error ${shown}; without a code, all are listed. A code of the ECS API that is not listed is explained by OtherApiError`
        : `there is no error ${shown}; did you mean ${meant.join(" or ")}?`;
}

const mostSuggestions = 4;

/** Returns the code that is most similar, or else those that contain the wanted one. */
function suggestions(wanted: string): readonly string[] {
    const byName = new Map(explanations.map(({ code }) => [code.toLowerCase(), code]));
    const closest = byName.get(nearest(wanted, [...byName.keys()]) ?? "");
    if (closest !== undefined) {
        return [closest];
    }
    const containing = [...byName].filter(([name]) => wanted.length > 2 && name.includes(wanted));
    return containing.length > mostSuggestions ? [] : containing.map(([, code]) => code);
}
