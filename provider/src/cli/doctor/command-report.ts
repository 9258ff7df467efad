import { rootOnlyDirectory, scriptDirectory } from "../../core/plugin/scripts/directory";
import { refusalReasons, rootOnlyFile } from "../../core/plugin/scripts/verification";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { doctorErrors } from "../../errors/doctor-errors";
import { exitCodeEntry, scriptsRefused } from "../../errors/exit-codes";
import { endOf } from "../../runtime/text";
import { type Check, notChecked, ok, problem, problemOf, warning } from "./check";
import { fileSystemChecks } from "./file-systems";
import { endpointHosts, type Part, parts } from "./instance-command";

/** The facts with which the output of the command is compared. */
export interface Expectation {
    readonly regionId: string;
    readonly scriptPaths: readonly string[];
    /** The role that is attached according to the API. */
    readonly attachedRole: string | undefined;
    readonly excludeDiskIds: readonly string[];
}

/** Returns the checks that the output of the command on an instance shows. Pure. */
export function commandChecks(output: string, expected: Expectation): Check[] {
    const texts = partsOf(output);
    if (!texts.has(parts.end)) {
        const end = endOf(output.trim(), 200);
        return [
            notChecked("command", `its output is not complete${end === "" ? "" : `; it ends with: ${end}`}`),
        ];
    }
    const linesOf = (part: Part): readonly string[] => texts.get(part) ?? [];
    const metadata = [linesOf(parts.metadata)[0], linesOf(parts.metadataWithToken)[0]] as const;
    return [
        managerCheck(linesOf(parts.manager)),
        metadataCheck(...metadata),
        // Without an answer nothing is known about the role.
        ...(metadata.includes("200") ? roleChecks(linesOf(parts.role)[0], expected) : []),
        endpointCheck(linesOf(parts.endpoints), expected),
        scriptDirectoryCheck(linesOf(parts.scriptDirectory).join(" ")),
        ...expected.scriptPaths.map((path) => scriptCheck(path, linesOf(parts.scripts))),
        ...fileSystemChecks(linesOf(parts.fileSystems), {
            devices: linesOf(parts.disks),
            excludeDiskIds: expected.excludeDiskIds,
        }),
        ...mountsCheck(linesOf(parts.fileSystems).length, linesOf(parts.mounts)[0]),
    ];
}

/** Splits the output at the lines that name its parts. */
function partsOf(output: string): ReadonlyMap<string, readonly string[]> {
    const names: ReadonlySet<string> = new Set(Object.values(parts));
    const found = new Map<string, string[]>();
    let current: string[] = [];
    for (const line of output.split(/\r?\n/)) {
        const name = /^\[(.+)\]$/.exec(line)?.[1];
        if (name !== undefined && names.has(name) && !found.has(name)) {
            current = [];
            found.set(name, current);
        } else if (line !== "") {
            current.push(line);
        }
    }
    return found;
}

function managerCheck([path]: readonly string[]): Check {
    const check = "plugin manager";
    return path === undefined ? problemOf(check, new AppSnapshotError(exitCodeEntry(127))) : ok(check, path);
}

/** The text of curl for a request without an answer. */
const noAnswer = "000";

const noCurl = "the instance has no curl, with which this is checked";

function metadataCheck(status: string | undefined, statusWithToken: string | undefined): Check {
    const check = "metadata service, from the instance";
    const refusals = ["401", "403"];
    if (status === undefined) {
        return notChecked(check, noCurl);
    }
    if (status === "200") {
        return ok(check, "it answers without a token");
    }
    if (status === noAnswer) {
        return problemOf(check, new AppSnapshotError(doctorErrors.MetadataServiceUnreachable));
    }
    return refusals.includes(status) && statusWithToken === "200"
        ? warning(check, "it answers only with a token, and it is not known whether the plugin can use one")
        : warning(check, `it answers with the status ${status}`);
}

function roleChecks(shown: string | undefined, { attachedRole }: Expectation): Check[] {
    const check = "role, from the instance";
    const role = shown !== undefined && /^[\w.-]{1,64}$/.test(shown) ? shown : undefined;
    if (attachedRole === undefined || role === attachedRole) {
        return role === undefined ? [] : [ok(check, `${role} is visible`)];
    }
    return [
        warning(
            check,
            `${attachedRole} is attached, but the instance sees ${role ?? "none"}`,
            "A change takes a moment to arrive. If it stays so, see the metadata service.",
        ),
    ];
}

function endpointCheck(answers: readonly string[], { regionId }: Expectation): Check {
    const check = "ECS endpoint, from the instance";
    const hosts = endpointHosts(regionId);
    if (answers.length < hosts.length) {
        return notChecked(check, noCurl);
    }
    const reached = hosts.filter((_, index) => answers[index] !== noAnswer);
    if (reached.length > 0) {
        return ok(check, `${reached.join(" and ")} ${reached.length === 1 ? "answers" : "answer"}`);
    }
    return regionId.includes("-finance")
        ? notChecked(check, `neither ${hosts.join(" nor ")} answers, but the region has other endpoints`)
        : problemOf(
              check,
              new AppSnapshotError(doctorErrors.EndpointUnreachable, { detail: hosts.join(", ") }),
          );
}

/** Tells whether the list of file systems is whole. */
function mountsCheck(shown: number, all = "0"): Check[] {
    return shown >= Number(all)
        ? []
        : [
              notChecked(
                  "file systems",
                  `the list of ${all} mounts is too long for Cloud Assistant, so that some are missing here`,
              ),
          ];
}

function scriptDirectoryCheck(found: string): Check {
    const check = "directory for delivered scripts";
    if (found === rootOnlyDirectory) {
        return ok(check, `${scriptDirectory} belongs to root alone`);
    }
    return found.includes("No such file")
        ? ok(check, `${scriptDirectory} does not exist yet`)
        : problem(
              check,
              "ScriptsNotDelivered",
              `${scriptDirectory} is not a directory of root with mode 0700; stat shows (user id, mode): ${found}`,
              "See what it is, and remove it, or give it to root with mode 0700. It matters only for scripts that are given as text.",
          );
}

function scriptCheck(path: string, lines: readonly string[]): Check {
    const own = lines.filter((line) => line.startsWith(`${path} `) || line.includes(`'${path}'`));
    const found = own.join("\n");
    return found === `${path} ${rootOnlyFile}`
        ? ok("script", `${path} belongs to root and has mode 0700`)
        : problemOf(
              "script",
              new AppSnapshotError(exitCodeEntry(scriptsRefused), { detail: refusalReasons(found) }),
          );
}
