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
import { scriptOutputPhrases, attributedDetails } from "../plugin/words";
import { memberTags } from "../run/run";
import { wordsIn } from "../run/run-report";
import {
    unfinished,
    type MadeGroup,
    type SnapshotResult,
    type UnfinishedResult,
} from "../run/snapshot-result";
import {
    lackOf,
    satisfies,
    verifyConsistency,
    type ConsistencyCheck,
    type Expectation,
} from "../snapshot-group/consistency";
import { waitForGroup } from "../snapshot-group/group";
import { allBear } from "../snapshot-group/own-group";
import { notProved, remainsOf } from "../snapshot-group/remains";
import { deleteLeftGroup } from "./left-group";

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
    made: MadeGroup,
    options: FinalizeOptions,
): Promise<SnapshotResult> {
    const { specification, deadline, warnings: known } = options;
    try {
        const expectation = expectationOf(made, specification);
        const waited = await waitForGroup(context, made.snapshotGroupId, {
            waitFor: specification.waitFor,
            deadline,
            lacks: (group) => lackOf(group, expectation),
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
            const error = degraded(made, specification, check);
            return await afterViolation(context, withMembers(made, group), error, options);
        }
        const warnings = warningsOf(made.snapshotGroupId, check);
        warnAll(context.log, warnings);
        const named = await nameGroup(context, made, group, options);
        if (made.report.scriptOutput !== "secret") {
            scriptOutputPhrases(made.report).forEach((words) => {
                context.log.info(words);
            });
        }
        return { state: "finished", of: made, group: named, isDegraded, warnings: [...known, ...warnings] };
    } catch (thrown) {
        return interrupted(context, made, known, thrown);
    }
}

/** The group is there, and a later update can go on with it; unless it is verified to be gone. */
async function interrupted(
    context: Context,
    made: MadeGroup,
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
                  notProved(remains.why, reason.resources).with({ instanceId }),
                  warnings,
              )
            : unfinished("failed", made, reason, warnings);
    } catch (again) {
        return unfinished("finalizing", made, asAppSnapshotError(again, instanceId), warnings);
    }
}

function expectationOf(
    { diskSetDigest, diskIds, saysFilesystemOnly }: MadeGroup,
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

function detailsOf({ instanceId, snapshotGroupId, invokeId }: MadeGroup) {
    return { instanceId, resources: { snapshotGroupId, invokeId } };
}

function stillInProgress(made: MadeGroup, lastSeen: string): AppSnapshotError {
    const detail = `last seen: ${lastSeen}`;
    return new AppSnapshotError(ownErrors.StillInProgress, { ...detailsOf(made), detail });
}

function degraded(
    { instanceId, invokeId, osType, report }: MadeGroup,
    specification: SnapshotSpecification,
    check: ConsistencyCheck,
): AppSnapshotError {
    return new AppSnapshotError(ownErrors.Degraded, {
        instanceId,
        detail: phrases(...check.violations, attributedDetails(wordsIn(report), report.scriptOutput)),
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
    made: MadeGroup,
    error: AppSnapshotError,
    { onViolation, warnings }: FinalizeOptions,
): Promise<SnapshotResult> {
    return onViolation === "delete"
        ? deleteLeftGroup(context, made, error, warnings)
        : unfinished("failed", made, error, warnings);
}

function withMembers(made: MadeGroup, group: SnapshotGroup): MadeGroup {
    return { ...made, snapshotIds: group.snapshots.map((snapshot) => snapshot.snapshotId) };
}

/** The name and the description are set here: neither is safe on the plugin's command line in all cases. */
async function nameGroup(
    context: Context,
    { runId, ownerToken, groupName }: MadeGroup,
    group: SnapshotGroup,
    { specification, isAdopted }: FinalizeOptions,
): Promise<SnapshotGroup> {
    const { snapshotGroupName: name = group.name, description = group.description } = specification;
    if ((name !== groupName || isAdopted === true) && runId !== undefined) {
        // From then on it is the members that tell whose the group is.
        const tags = memberTags({ runId, ownerToken });
        if (!allBear(group, tags)) {
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
