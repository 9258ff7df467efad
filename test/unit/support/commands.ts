import type { SnapshotInputs } from "../../../provider/src/inputs/inputs";
import { specify, type OperatingSystem } from "../../../provider/src/inputs/specification";
import { pluginCommand, type PluginCommand } from "../../../provider/src/plugin/command";
import { scriptFiles } from "../../../provider/src/scripts/script-file";

export interface CommandCase {
    readonly system: OperatingSystem;
    readonly inputs: SnapshotInputs;
    readonly snapshotGroupName?: string;
    readonly runId?: string;
    readonly managerHasTimeout?: boolean;
}

export const sampleRunId = "0a1b2c3d-0000-4000-8000-000000000000";

/** Returns the command of a new run with these inputs. */
export function commandOf({
    system,
    inputs,
    snapshotGroupName = "group-1",
    runId = sampleRunId,
    managerHasTimeout = true,
}: CommandCase): PluginCommand {
    const specification = specify(inputs);
    return pluginCommand({
        system,
        specification,
        scripts: system === "linux" ? scriptFiles(specification.linux, runId) : undefined,
        snapshotGroupName,
        managerHasTimeout,
    });
}
