import type { Context } from "../../cloud/context";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/thrown";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { Circumstances } from "../../errors/circumstances";
import { ownErrors } from "../../errors/own-errors";
import { warnAll } from "../../runtime/logger";
import { phrases } from "../../runtime/text";
import { circumstancesOf } from "../inputs/circumstances";
import type { SnapshotSpecification } from "../inputs/specification";
import { printed, saying } from "../plugin/words";
import { memberTags } from "../run/run";
import { wordsIn } from "../run/run-report";
import {
    unfinished,
    type ReportedGroup,
    type SnapshotResult,
    type UnfinishedResult,
} from "../run/snapshot-result";
import {
    awaitedPart,
    satisfies,
    verifyConsistency,
    type ConsistencyCheck,
    type Expectation,
} from "../snapshot-group/consistency";
import { waitForGroup } from "../snapshot-group/group";
import { allHaveTags } from "../snapshot-group/own-group";
import { absenceError, remainsOf } from "../snapshot-group/remains";
import { deleteFailedGroup } from "./left-group";

/** What finalizing a group depends on, besides the group. */
export interface FinalizeOptions {
    readonly specification: SnapshotSpecification;
    /** What is to be known of the snapshot already. */
    readonly warnings: readonly string[];
    /** What becomes of a group with violations: "leave" where somebody else may hold it. */
    readonly onViolation: "delete" | "leave";
    /** Whether it was another resource's: then its members say whose it is now. Default: false. */
    readonly isAdopted?: boolean;
    /** In milliseconds since the epoch. */
    readonly deadline: number;
}

/**
 * Waits until a group is usable, verifies its consistency, and names it.
 *
 * @returns failed with Degraded or GroupFailed when the group has violations, and was deleted; unfinished whenever
 * it is left behind without being a proper resource.
 */
export async function finalize(
    context: Context,
    made: ReportedGroup,
    options: FinalizeOptions,
): Promise<SnapshotResult> {
    const { specification, deadline, warnings: known } = options;
    try {
        const expectation = expectationOf(made, specification);
        const waited = await waitForGroup(context, made.snapshotGroupId, {
            waitFor: specification.waitFor,
            deadline,
            awaitedPart: (group) => awaitedPart(group, expectation),
        });
        if (!waited.done) {
            return unfinished("finalizing", made, stillInProgress(made, waited.lastSeen), known);
        }
        const group = waited.value;
        if (group.status === "failed") {
            const error = new AppSnapshotError(ownErrors.GroupFailed, detailsOf(made));
            return await afterViolation(context, withMembers(made, group), error, options);
        }
        const check = verifyConsistency(group, expectation);
        const isDegraded = check.violations.length > 0;
        if (isDegraded && specification.onDegraded === "fail") {
            const error = degradedError(made, specification, check);
            return await afterViolation(context, withMembers(made, group), error, options);
        }
        const warnings = warningsOf(made.snapshotGroupId, check);
        warnAll(context.log, warnings);
        const named = await nameGroup(context, made, group, options);
        if (made.report.scriptOutput !== "secret") {
            printed(made.report).forEach((words) => {
                context.log.info(words);
            });
        }
        return { state: "finished", instanceRun: made, group: named, isDegraded, warnings: [...known, ...warnings] };
    } catch (thrown) {
        return afterError(context, made, known, thrown);
    }
}

/** The group is there, and a later update can go on with it; unless it is verified to be gone. */
async function afterError(
    context: Context,
    made: ReportedGroup,
    warnings: readonly string[],
    thrown: unknown,
): Promise<UnfinishedResult> {
    const { instanceId, snapshotGroupId, snapshotIds = [] } = made;
    const reason = asAppSnapshotError(thrown, instanceId);
    if (!(thrown instanceof AppSnapshotError && thrown.code === ownErrors.GroupNotFound.code)) {
        return unfinished("finalizing", made, reason, warnings);
    }
    try {
        const remains = await remainsOf(context, { snapshotGroupId, snapshotIds });
        return remains.kind === "unknown"
            ? unfinished(
                  "finalizing",
                  made,
                  absenceError(remains.why, reason.resources).with({ instanceId }),
                  warnings,
              )
            : unfinished("failed", made, reason, warnings);
    } catch (again) {
        return unfinished("finalizing", made, asAppSnapshotError(again, instanceId), warnings);
    }
}

function expectationOf(
    { diskSetDigest, diskIds, saysFilesystemOnly }: ReportedGroup,
    { requiredConsistency, excludeDiskIds }: SnapshotSpecification,
): Expectation {
    return {
        required: requiredConsistency,
        diskSetDigest,
        diskIds,
        excludeDiskIds,
        pluginSaysFilesystemOnly: saysFilesystemOnly,
    };
}

function detailsOf({ instanceId, snapshotGroupId, invokeId }: ReportedGroup) {
    return { instanceId, resources: { snapshotGroupId, invokeId } };
}

function stillInProgress(made: ReportedGroup, lastSeen: string): AppSnapshotError {
    const detail = `last seen: ${lastSeen}`;
    return new AppSnapshotError(ownErrors.StillInProgress, { ...detailsOf(made), detail });
}

function degradedError(
    { instanceId, invokeId, osType, report }: ReportedGroup,
    specification: SnapshotSpecification,
    check: ConsistencyCheck,
): AppSnapshotError {
    return new AppSnapshotError(ownErrors.Degraded, {
        instanceId,
        detail: phrases(...check.violations, saying(wordsIn(report), report.scriptOutput)),
        resources: { invokeId },
        circumstances: circumstancesOfViolation(circumstancesOf(specification, osType), specification, check),
    });
}

/** Scripts and writers have to do with consistency, not with disks. Less consistency helps where nothing else is amiss. */
function circumstancesOfViolation(
    circumstances: Circumstances,
    { requiredConsistency }: SnapshotSpecification,
    { consistency, violations }: ConsistencyCheck,
): Circumstances {
    return satisfies(consistency, requiredConsistency)
        ? {
              ...circumstances,
              ...{ linux: false, windows: false, scriptsByPath: false, scriptsDelivered: false },
              mayRequireLess: false,
          }
        : {
              ...circumstances,
              mayRequireLess:
                  circumstances.mayRequireLess && consistency === "filesystem" && violations.length === 1,
          };
}

function warningsOf(snapshotGroupId: string, { violations, surplus }: ConsistencyCheck): string[] {
    return [
        ...(violations.length === 0
            ? []
            : [`${snapshotGroupId} does not meet the requirements: ${violations.join("; ")}.`]),
        ...(surplus.length === 0
            ? []
            : [`${snapshotGroupId} contains more than was requested: ${surplus.join("; ")}.`]),
    ];
}

/** Nobody else who may hold a group with violations may lose it. */
async function afterViolation(
    context: Context,
    made: ReportedGroup,
    error: AppSnapshotError,
    { onViolation, warnings }: FinalizeOptions,
): Promise<SnapshotResult> {
    return onViolation === "delete"
        ? deleteFailedGroup(context, made, error, warnings)
        : unfinished("failed", made, error, warnings);
}

function withMembers(made: ReportedGroup, group: SnapshotGroup): ReportedGroup {
    return { ...made, snapshotIds: group.snapshots.map((snapshot) => snapshot.snapshotId) };
}

/** The name and the description are set here: neither is safe on the plugin's command line in all cases. */
async function nameGroup(
    context: Context,
    { runId, ownerToken, groupName }: ReportedGroup,
    group: SnapshotGroup,
    { specification, isAdopted }: FinalizeOptions,
): Promise<SnapshotGroup> {
    const { snapshotGroupName: name = group.name, description = group.description } = specification;
    if ((name !== groupName || isAdopted === true) && runId !== undefined) {
        // From then on it is the members that tell whose the group is.
        const tags = memberTags({ runId, ownerToken });
        if (!allHaveTags(group, tags)) {
            const snapshotIds = group.snapshots.map((snapshot) => snapshot.snapshotId);
            await context.api.tagResources("snapshot", snapshotIds, tags);
        }
    }
    if (name === group.name && description === group.description) {
        return group;
    }
    await context.api.modifySnapshotGroup(group.snapshotGroupId, {
        ...(name === group.name ? {} : { name }),
        ...(description === group.description ? {} : { description }),
    });
    return { ...group, name, description };
}
