import type { SnapshotInputs } from "./inputs";
import { defaults } from "./specification";
import { isUnknown } from "./unknown";

/**
 * What defines a snapshot: if any of it differs, it is another snapshot and has to be taken anew. All else only
 * steers how it is taken or waited for, or can be changed in place.
 *
 * The keys are those of the inputs, for the list of what a replacement is for. Values may be unknown in a preview.
 */
export function definitionOf(inputs: SnapshotInputs): Readonly<Record<string, unknown>> {
    return {
        instanceId: inputs.instanceId,
        excludeDiskIds: sorted(inputs.excludeDiskIds),
        linux: linuxDefinition(inputs.linux),
        windows: windowsDefinition(inputs.windows),
        instantAccess: inputs.instantAccess ?? null,
        instantAccessRetentionDays: inputs.instantAccessRetentionDays ?? null,
        triggers: inputs.triggers ?? [],
    };
}

function sorted(diskIds: readonly string[] | undefined): unknown {
    return Array.isArray(diskIds) ? [...(diskIds as readonly string[])].sort() : (diskIds ?? []);
}

function linuxDefinition(linux: SnapshotInputs["linux"]): unknown {
    return isUnknown(linux)
        ? linux
        : {
              preScriptPath: scriptDefinition(linux?.preScript, linux?.preScriptPath),
              postScriptPath: scriptDefinition(linux?.postScript, linux?.postScriptPath),
              enableFsFreeze: linux?.enableFsFreeze ?? defaults.enableFsFreeze,
          };
}

function windowsDefinition(windows: SnapshotInputs["windows"]): unknown {
    return isUnknown(windows) ? windows : { enableWriters: windows?.enableWriters ?? defaults.enableWriters };
}

/**
 * Of a script that is delivered, only that it is: a correction of it, or a new release of a recipe, must not
 * replace the snapshots that there are. What a script on the instance holds is not known here either.
 */
function scriptDefinition(content: unknown, path: unknown): unknown {
    return content === undefined || content === null ? (path ?? null) : { delivered: true };
}
