import { createHash } from "node:crypto";

import type { SnapshotInputs } from "../../../provider/src/core/inputs/inputs";
import type { OperatingSystem } from "../../../provider/src/core/inputs/specification";

/** The expected place of a script on the instance. */
export interface ExpectedScript {
    readonly path: string;
    /** The digest of the text, if it was delivered. */
    readonly sha256?: string;
}

export interface ExpectedScripts {
    readonly pre: ExpectedScript;
    readonly post: ExpectedScript;
    /** Tells whether delivered scripts stay there. */
    readonly kept: boolean;
}

/** Returns the files that a run has to use; written without the package's code. */
export function expectedScripts({ linux }: SnapshotInputs, runId: string): ExpectedScripts | undefined {
    const kept = Boolean(linux?.keepScripts);
    const script = (what: string, text?: string, path?: string): ExpectedScript | undefined => {
        if (text === undefined) {
            return path === undefined ? undefined : { path };
        }
        const sha256 = createHash("sha256").update(Buffer.from(text, "utf8")).digest("hex");
        const name = [runId, what, sha256.slice(0, 16)].join("-") + (kept ? "" : ".once");
        return { path: `/var/lib/app-snapshot/${name}`, sha256 };
    };
    const pre = script("pre", linux?.preScript, linux?.preScriptPath);
    const post = script("post", linux?.postScript, linux?.postScriptPath);
    return pre === undefined || post === undefined ? undefined : { pre, post, kept };
}

/** Returns the options that the plugin has to get, by the vendor's names; written without the package's code. */
export function expectedOptions(
    system: OperatingSystem,
    inputs: SnapshotInputs,
    snapshotGroupName: string,
    runId: string,
): string[] {
    const scripts = expectedScripts(inputs, runId);
    const { linux, windows, excludeDiskIds = [], instantAccess, instantAccessRetentionDays } = inputs;
    const options: Record<string, string | number | boolean | undefined> = {
        RamRoleName: inputs.ramRoleName ?? "AppSnapshotRoleName",
        Name: snapshotGroupName,
        InstantAccess: instantAccess,
        InstantAccessRentationDays: instantAccessRetentionDays,
        ExcludeDiskId: excludeDiskIds.length === 0 ? undefined : excludeDiskIds.join(","),
        ...(system === "windows"
            ? { EnableWriters: windows?.enableWriters ?? true }
            : {
                  EnableFsFreeze: linux?.enableFsFreeze ?? true,
                  TimeoutInSeconds: linux?.freezeTimeoutSeconds ?? 30,
                  ScriptTimeoutInSeconds: linux?.scriptTimeoutSeconds ?? 1800,
                  PreScriptPath: scripts?.pre.path,
                  PostScriptPath: scripts?.post.path,
              }),
    };
    return Object.entries(options)
        .filter(([, value]) => value !== undefined)
        .map(([option, value]) => `-${option}=${String(value)}`);
}
