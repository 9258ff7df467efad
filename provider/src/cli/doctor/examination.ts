import { resolveSettings, type Settings } from "../../cloud/configuration/settings";
import type { Context } from "../../cloud/context";
import { type SnapshotSpecification, specify } from "../../core/inputs/specification";
import { uncheckedRoleNote } from "../../core/role/role";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { onOneLine } from "../../runtime/text";
import { CommandError } from "../command/command-error";
import { readConfig } from "../command/pulumi";
import type { Services } from "../command/services";
import type { DoctorArguments } from "./arguments";
import { type Check, problemOf } from "./check";
import { answerCheck, connectionChecks, type NamedRegion } from "./connection";
import { diagnose, type InstanceDiagnosis } from "./diagnosis";
import { inspected } from "./inspection";
import { hasFaults, permissionChecks, rolePolicyCheck } from "./permissions";
import type { Report } from "./report";

/**
 * The time in which failing calls are repeated. Somebody waits for the answer, but it is longer than the minute in which
 * the API counts calls.
 */
const patienceMs = 75_000;

export interface Examination {
    readonly report: Report;
    /** The reasons why checks that were asked for could not be made, other than those in the report's connection. */
    readonly missing: readonly string[];
}

/**
 * Makes all checks.
 *
 * @throws CommandError if it is interrupted.
 */
export async function examination(args: DoctorArguments, services: Services): Promise<Examination> {
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
    const diagnosis = await unlessInterrupted(context, () =>
        diagnose(context.until(context.clock.now() + patienceMs), specifications),
    );
    if (diagnosis.failed !== undefined) {
        return failedAt(regionId, [...connection, answerCheck(diagnosis.failed)]);
    }
    const { instances, failed } = await inspected(args, services, context, diagnosis.instances);
    return {
        missing: [
            ...(hasFaults(diagnosis.answers) ? ["some calls got no answer, see what was not checked"] : []),
            ...(failed ? ["the command of --run has no result on some instances"] : []),
        ],
        report: {
            regionId,
            connection: [...connection, answerCheck(undefined)],
            instances,
            permissions: [
                ...permissionChecks(diagnosis.answers),
                roleCheck(specificationOf(args, ""), diagnosis.instances),
            ],
        },
    };
}

/** Makes look-ups; an interruption is reported as such, whatever it made of a call. */
async function unlessInterrupted<T>({ signal }: Context, lookUp: () => Promise<T>): Promise<T> {
    try {
        return await lookUp();
    } catch (thrown) {
        throw signal.aborted ? new CommandError("interrupted") : thrown;
    }
}

function roleCheck(specification: SnapshotSpecification, instances: readonly InstanceDiagnosis[]): Check {
    const { ramRoleName } = specification;
    const isSeen = instances.some(({ attachedRole }) => attachedRole === ramRoleName);
    return rolePolicyCheck(ramRoleName, uncheckedRoleNote(specification, isSeen ? ramRoleName : undefined));
}

function failedAt(regionId: string | undefined, connection: Report["connection"]): Examination {
    return { report: { regionId, connection, instances: [], permissions: [] }, missing: [] };
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
            note(`${onOneLine(message)}\n`);
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
