import { endOf } from "../../../runtime/text";
import type { ScriptFile, ScriptFiles } from "./script-file";

/** The output of `stat -c '%u %f'` for a regular file that belongs to root and has mode 0700. */
export const rootOnlyFile = "0 81c0";

/**
 * Returns shell lines that set `found` to the scripts' owners, modes and digests, and `expected` to the required ones.
 * The plugin itself skips a script with the wrong owner or mode, and reports success.
 *
 * Paths and digests have only safe characters, so they need no quotes. The locale is exported separately: as a prefix
 * of `stat`, bash would restore it afterwards, and complain if the system lacks it.
 */
export function verifyScripts({ pre, post }: Pick<ScriptFiles, "pre" | "post">): string {
    const files = [pre, post];
    const delivered = files.filter((file) => file.delivery !== undefined);
    const paths = files.map((file) => file.path).join(" ");
    const sums =
        delivered.length === 0 ? "" : `\nsha256sum -- ${delivered.map((file) => file.path).join(" ")}`;
    return `expected='${files.map(statLine).concat(delivered.map(sumLine)).join("\n")}'
found=$({ export LC_ALL=C
stat -c '%n %u %f' -- ${paths}${sums}
} 2>&1)`;
}

function statLine({ path }: ScriptFile): string {
    return `${path} ${rootOnlyFile}`;
}

function sumLine({ path, delivery }: ScriptFile): string {
    return `${delivery?.sha256 ?? ""}  ${path}`;
}

/** Returns the reasons for which a command refused its scripts, from its output; pure. */
export function refusalReasons(output: string): string {
    const missing = [...output.matchAll(/^stat: .*?'?(\/[A-Za-z0-9._/-]+)'?: (.+)$/gm)].map(
        ([, path = "", why = ""]) => `${path}: ${why.trim()}`,
    );
    const wrong = [...output.matchAll(/^(\/[A-Za-z0-9._/-]+) (\d+) ([0-9a-f]+)$/gm)].flatMap(
        ([, path = "", owner = "", mode = ""]) => {
            const problems = problemsOfFile(owner, Number.parseInt(mode, 16));
            return problems.length === 0 ? [] : [`${path} ${problems.join(" and ")}`];
        },
    );
    // The name of a delivered file has the first digits of its digest.
    const changed = [...output.matchAll(/^([0-9a-f]{64}) [ *](\/[A-Za-z0-9._/-]+)$/gm)].flatMap(
        ([, digest = "", path = ""]) =>
            path.includes(`-${digest.slice(0, 16)}`) ? [] : [`${path} was changed after it was delivered`],
    );
    const problems = [...missing, ...wrong, ...changed];
    return problems.length === 0 ? `they could not be checked: ${words(output)}` : problems.join("; ");
}

/** Returns the end of an output on one line. */
function words(output: string): string {
    return endOf(output.trim().replace(/\s+/g, " "), 300);
}

const fileTypes: Readonly<Record<number, string>> = {
    0o12: "a symbolic link",
    0o04: "a directory",
};

function problemsOfFile(owner: string, mode: number): string[] {
    const type = mode >> 12;
    if (type !== 0o10) {
        return [`is ${fileTypes[type] ?? "not a regular file"}`];
    }
    const permissions = mode & 0o7777;
    return [
        ...(owner === "0" ? [] : [`belongs to the user with id ${owner}`]),
        ...(permissions === 0o700 ? [] : [`has mode ${permissions.toString(8).padStart(4, "0")}`]),
    ];
}
