import type { SnapshotInputs } from "./inputs";
import { defaults } from "./specification";
import { isUnknown } from "./unknown";

/**
 * Returns the inputs that define a snapshot: a change of one takes a new snapshot. The others only affect how it is
 * taken or awaited, or can be changed in place.
 *
 * The keys are those of the inputs, to list the reasons for a replacement. Values may be unknown in a preview.
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
 * Returns the path of a script, or only that it is delivered: a correction of its text, or a new release of a recipe,
 * must not replace existing snapshots.
 */
function scriptDefinition(content: unknown, path: unknown): unknown {
    return content === undefined || content === null ? (path ?? null) : { delivered: true };
}
