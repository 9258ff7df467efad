import type { SnapshotInputs } from "../../../provider/src/core/inputs/inputs";
import { type OperatingSystem, specify } from "../../../provider/src/core/inputs/specification";
import { type PluginCommand, pluginCommand } from "../../../provider/src/core/plugin/command";
import { scriptFiles } from "../../../provider/src/core/plugin/scripts/script-file";

export interface CommandCase {
    readonly osType: OperatingSystem;
    readonly inputs: SnapshotInputs;
    readonly snapshotGroupName?: string;
    readonly runId?: string;
    readonly managerHasTimeout?: boolean;
}

export const sampleRunId = "0a1b2c3d-0000-4000-8000-000000000000";

/** Returns the command of a new run with these inputs. */
export function commandOf({
    osType,
    inputs,
    snapshotGroupName = "group-1",
    runId = sampleRunId,
    managerHasTimeout = true,
}: CommandCase): PluginCommand {
    const specification = specify(inputs);
    return pluginCommand({
        osType,
        specification,
        scripts: osType === "linux" ? scriptFiles(specification.linux, runId) : undefined,
        snapshotGroupName,
        managerHasTimeout,
    });
}
