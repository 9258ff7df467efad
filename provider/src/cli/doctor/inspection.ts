import type { Context } from "../../cloud/context";
import type { Services } from "../command/services";
import type { DoctorArguments } from "./arguments";
import { type Check, notChecked } from "./check";
import { runOnInstances } from "./command-run";
import type { InstanceDiagnosis } from "./diagnosis";
import { type InstanceCommand, instanceCommand } from "./instance-command";
import type { Report } from "./report";

/** The check lists of instances with what they themselves show. */
export interface Inspection {
    /** True if the command has no result on an instance that it was sent to. */
    readonly failed: boolean;
    readonly instances: Report["instances"];
}

/** Runs the command on the Linux instances if that is asked for, and adds its findings. */
export async function inspected(
    { run, excludeDiskIds }: DoctorArguments,
    { note }: Services,
    context: Context,
    instances: readonly InstanceDiagnosis[],
): Promise<Inspection> {
    if (run === undefined) {
        return { instances, failed: false };
    }
    const command = instanceCommand(context.regionId, run.scriptPaths);
    const targets = instances.filter(({ reachable }) => reachable === "linux");
    if (targets.length > 0) {
        note(announcement(command, targets));
    }
    const findings = await runOnInstances(context, targets, command, {
        scriptPaths: run.scriptPaths,
        excludeDiskIds,
    });
    return {
        instances: instances.map(({ instanceId, reachable, checks }) => ({
            instanceId,
            checks: [...checks, ...(findings.get(instanceId)?.checks ?? [notRun(reachable)])],
        })),
        failed: [...findings.values()].some((finding) => finding.failed),
    };
}

function announcement({ commandContent }: InstanceCommand, targets: readonly InstanceDiagnosis[]): string {
    const where = targets.length === 1 ? targets[0]?.instanceId : `${targets.length} instances`;
    return `Running this command as root on ${where}. It reads, and changes and freezes nothing:

${commandContent.replace(/^(?=.)/gm, "    ")}
`;
}

function notRun(reachable: InstanceDiagnosis["reachable"]): Check {
    return reachable === undefined
        ? notChecked("command", "none was run, because none would reach the instance")
        : notChecked(
              "command",
              "none was run, because this one is for Linux",
              "On the instance, see that the writers are stable (`vssadmin list writers`), and that PowerShell gets an answer: `Invoke-WebRequest -UseBasicParsing http://100.100.100.200/latest/meta-data/instance-id`.",
          );
}
