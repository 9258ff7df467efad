import { resolveSettings, type Settings } from "../../cloud/configuration/settings";
import type { Context } from "../../cloud/context";
import { type SnapshotSpecification, specify } from "../../core/inputs/specification";
import { uncheckedRoleNote } from "../../core/role/role";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { type Command, exitCodes } from "../command/command";
import { readConfig } from "../command/pulumi";
import type { Services } from "../command/services";
import { type DoctorArguments, parseArguments, synopsis, usage } from "./arguments";
import { type Check, countOf, notChecked, problemOf } from "./check";
import { runOnInstances } from "./command-run";
import { answerCheck, connectionChecks, type NamedRegion } from "./connection";
import { diagnose, type InstanceDiagnosis } from "./diagnosis";
import { type InstanceCommand, instanceCommand } from "./instance-command";
import { permissionChecks, rolePolicyCheck } from "./permissions";
import { allChecks, type Report, reportJson, reportText } from "./report";

const problemsFound = 3;

export const doctorCommand: Command = {
    name: "doctor",
    summary: "checks whether snapshots of instances can be taken, with a remedy for each problem",
    synopsis,
    usage,
    run: (args, services) => doctor(parseArguments(args), services),
};

/** The time in which failing calls are repeated. Somebody waits for the answer. */
const patienceMs = 30_000;

async function doctor(args: DoctorArguments, services: Services): Promise<number> {
    const { report, failed } = await examination(args, services);
    services.print(args.json ? reportJson(report) : reportText(report, services.terminal));
    if (failed && report.connection.every(({ status }) => status === "ok")) {
        services.note("app-snapshot: the command of --run has no result on some instances\n");
    }
    return exitCodeOf(report, failed);
}

function exitCodeOf(report: Report, failed: boolean): number {
    if (countOf(report.connection, "problem") > 0) {
        return exitCodes.failed;
    }
    if (countOf(allChecks(report), "problem") > 0) {
        return problemsFound;
    }
    return failed ? exitCodes.failed : exitCodes.done;
}

/** A report, and whether some checks that were asked for could not be made. */
interface Examination {
    readonly report: Report;
    readonly failed: boolean;
}

async function examination(args: DoctorArguments, services: Services): Promise<Examination> {
    let settings: Settings;
    try {
        settings = await settingsOf(args, services);
    } catch (thrown) {
        if (thrown instanceof AppSnapshotError) {
            return failedAt(undefined, [problemOf("settings", thrown)]);
        }
        throw thrown;
    }
    const region = regionOf(args, settings);
    const connection = connectionChecks(settings, region);
    const { regionId } = region;
    if (regionId === undefined) {
        return failedAt(undefined, connection);
    }
    const context = contextOf(args, services, settings, regionId);
    const specifications = args.instanceIds.map((instanceId) => specificationOf(args, instanceId));
    const diagnosis = await diagnose(context.until(context.clock.now() + patienceMs), specifications);
    if (diagnosis.failed !== undefined) {
        return failedAt(regionId, [...connection, answerCheck(diagnosis.failed)]);
    }
    const { instances, failed } = await inspected(args, services, context, diagnosis.instances);
    return {
        report: {
            regionId,
            connection: [...connection, answerCheck(undefined)],
            instances,
            permissions: [
                ...permissionChecks(diagnosis.answers),
                roleCheck(specificationOf(args, ""), diagnosis.instances),
            ],
        },
        failed,
    };
}

function roleCheck(specification: SnapshotSpecification, instances: readonly InstanceDiagnosis[]): Check {
    const { ramRoleName } = specification;
    const isSeen = instances.some(({ attachedRole }) => attachedRole === ramRoleName);
    return rolePolicyCheck(ramRoleName, uncheckedRoleNote(specification, isSeen ? ramRoleName : undefined));
}

interface Inspection extends Pick<Examination, "failed"> {
    readonly instances: Report["instances"];
}

/** Runs the command on the Linux instances if that is asked for, and adds its findings. */
async function inspected(
    { run }: DoctorArguments,
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
    const findings = await runOnInstances(context, targets, command, run.scriptPaths);
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

function failedAt(regionId: string | undefined, connection: Report["connection"]): Examination {
    return { report: { regionId, connection, instances: [], permissions: [] }, failed: true };
}

async function settingsOf(
    { stack }: DoctorArguments,
    { environment, runPulumi }: Services,
): Promise<Settings> {
    const config = stack === undefined ? () => undefined : await readConfig(runPulumi, stack);
    return resolveSettings(config, environment);
}

function regionOf({ region, stack }: DoctorArguments, { regionId }: Settings): NamedRegion {
    if (region !== undefined) {
        return { regionId: region, by: "--region" };
    }
    const by = stack === undefined ? "the environment" : "the stack's configuration, or else the environment";
    return { regionId, by };
}

function contextOf(
    { run }: DoctorArguments,
    { connect, note, interruption }: Services,
    settings: Settings,
    regionId: string,
): Context {
    return connect(settings, regionId, {
        // Calls that are repeated report it: the wait needs an explanation.
        onStatus: (message) => {
            note(`${message}\n`);
        },
        // Without a command on instances, an interruption has nothing to explain.
        ...(run === undefined ? {} : { signal: interruption() }),
    });
}

/** Returns the snapshot to check for. The program's scripts are not known, so it need not be application-consistent. */
function specificationOf(args: DoctorArguments, instanceId: string): SnapshotSpecification {
    const { ramRoleName, roleAttachment, excludeDiskIds } = args;
    return specify({
        instanceId,
        excludeDiskIds,
        requiredConsistency: "filesystem",
        ...(ramRoleName === undefined ? {} : { ramRoleName }),
        ...(roleAttachment === undefined ? {} : { roleAttachment }),
    });
}
