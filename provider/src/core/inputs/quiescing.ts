import type { InputFailure } from "./input-failure";
import type { SnapshotInputs } from "./inputs";
import { defaults, specifyLinux } from "./specification";
import { commandTimeoutSeconds, longestCommandSeconds } from "./timeouts";
import { isUnknown } from "./unknown";

const scripts = ["preScript", "postScript"] as const;

/** The inputs that determine how the applications of an instance are quiesced. */
export type Quiescing = Pick<SnapshotInputs, "linux" | "windows" | "requiredConsistency">;

/** Checks the rules that look at more than one of these inputs; each of them is known to be right by itself. */
export function checkQuiescing(inputs: Quiescing): InputFailure[] {
    return [...checkScripts(inputs), ...checkConsistency(inputs), ...checkTimeouts(inputs)];
}

function checkScripts({ linux, requiredConsistency }: Quiescing): InputFailure[] {
    if (linux === undefined || isUnknown(linux)) {
        return [];
    }
    const twice = scripts.filter((name) => linux[name] !== undefined && linux[`${name}Path`] !== undefined);
    if (twice.length > 0) {
        return twice.map((name) => ({
            input: `linux.${name}`,
            reason: `is set together with linux.${name}Path: give either the text of the script or its path on the instance`,
        }));
    }
    const missing = scripts.filter((name) => linux[name] === undefined && linux[`${name}Path`] === undefined);
    if (missing.length === 1) {
        return missing.map((name) => ({
            input: `linux.${name}`,
            reason: `is missing, and so is linux.${name}Path: give both scripts or neither`,
        }));
    }
    const useless = [
        ...(linux.keepScripts === true && scripts.every((name) => linux[name] === undefined)
            ? [{ input: "linux.keepScripts", reason: "has no effect on scripts that are not delivered" }]
            : []),
        ...(linux.scriptOutput === "secret" && missing.length === 2
            ? [{ input: "linux.scriptOutput", reason: "has no effect without scripts" }]
            : []),
    ];
    if (useless.length > 0) {
        return useless;
    }
    if (missing.length === 2 && requires(requiredConsistency, "application")) {
        return [
            {
                input: "linux",
                reason:
                    "has no scripts, so the snapshot could not be application-consistent: give preScript and postScript " +
                    '(or preScriptPath and postScriptPath), or set requiredConsistency: "filesystem"',
            },
        ];
    }
    return [];
}

function checkConsistency({ linux, windows, requiredConsistency }: Quiescing): InputFailure[] {
    const noWriters = !isUnknown(windows) && windows?.enableWriters === false;
    const noFreeze = !isUnknown(linux) && linux?.enableFsFreeze === false;
    return [
        ...(noWriters && requires(requiredConsistency, "application")
            ? [
                  {
                      input: "windows.enableWriters",
                      reason: 'is false, so the snapshot could not be application-consistent: set requiredConsistency: "filesystem" for that',
                  },
              ]
            : []),
        ...(noFreeze &&
        requires(requiredConsistency, "filesystem") &&
        scripts.every((name) => linux[name] === undefined && linux[`${name}Path`] === undefined)
            ? [
                  {
                      input: "linux.enableFsFreeze",
                      reason: "is false, and there are no scripts: the snapshot would only be crash-consistent",
                  },
              ]
            : []),
    ];
}

function checkTimeouts({ linux }: Quiescing): InputFailure[] {
    if (
        linux === undefined ||
        isUnknown(linux) ||
        Object.values(linux).some((value: unknown) => isUnknown(value))
    ) {
        return [];
    }
    const total = commandTimeoutSeconds("linux", specifyLinux({ linux }));
    return total <= longestCommandSeconds
        ? []
        : [
              {
                  input: "linux.scriptTimeoutSeconds",
                  reason: `is too long: with both scripts and the freeze the command might take ${total} seconds, but Cloud Assistant allows only ${longestCommandSeconds}`,
              },
          ];
}

function requires(
    given: SnapshotInputs["requiredConsistency"],
    level: "application" | "filesystem",
): boolean {
    return (given ?? defaults.requiredConsistency) === level;
}
