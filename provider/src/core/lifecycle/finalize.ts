import type { Context } from "../../cloud/context";
import type { SnapshotGroup } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { Circumstances } from "../../errors/circumstances";
import { ownErrors } from "../../errors/own-errors";
import { warnAll } from "../../runtime/logger";
import { phrases } from "../../runtime/text";
import { circumstancesOf } from "../inputs/circumstances";
import type { SnapshotSpecification } from "../inputs/specification";
import type { SnapshotTags } from "../inputs/tags";
import { attributedDetails, scriptOutputPhrases } from "../plugin/quotable-output";
import { memberTags } from "../run/run";
import { quotableIn } from "../run/run-report";
import {
    membersIn,
    type ReportedGroup,
    type SnapshotResult,
    unfinished,
    type UnfinishedResult,
} from "../run/snapshot-result";
import {
    awaitedPart,
    type ConsistencyCheck,
    type Expectation,
    satisfies,
    verifyConsistency,
} from "../snapshot-group/consistency";
import { waitForGroup } from "../snapshot-group/group";
import { changeTags } from "../snapshot-group/group-tags";
import { allHaveTags } from "../snapshot-group/own-group";
import { absenceError, remainsOf } from "../snapshot-group/remains";
import {
    afterTagChange,
    droppedKeys,
    isEmptyTagChange,
    recordedTags,
    tagList,
    tagsByKey,
} from "../snapshot-group/tag-change";
import { deleteFailedGroup } from "./delete-failed-group";

/** The options for finalizing a group. */
export interface FinalizeOptions {
    readonly specification: SnapshotSpecification;
    /** The warnings about the snapshot so far. */
    readonly warnings: readonly string[];
    /** The treatment of a group with violations: "leave" if a state may hold it. */
    readonly onViolation: "delete" | "leave";
    /** True if it belonged to another resource: then its members are tagged with the new owner. Default: false. */
    readonly isAdopted?: boolean;
    /** The end of the wait, in milliseconds since the epoch. */
    readonly deadline: number;
    /** The group, if it was read right before. */
    readonly seen?: SnapshotGroup | undefined;
}

/**
 * Waits until a group is usable, verifies its consistency, and names it.
 *
 * @returns failed with Degraded or GroupFailed if the group has violations and was deleted; unfinished if a group is
 * left that is not a finished snapshot.
 */
export async function finalize(
    context: Context,
    found: ReportedGroup,
    options: FinalizeOptions,
): Promise<SnapshotResult> {
    const { specification, deadline, warnings: known } = options;
    const made = withTags(found, specification.tags);
    try {
        const expectation = expectationOf(made, specification);
        const waited = await waitForGroup(context, made.snapshotGroupId, {
            waitFor: specification.waitFor,
            deadline,
            awaitedPart: (group) => awaitedPart(group, expectation),
            groupName: made.groupName,
            seen: options.seen,
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
        const { tags, snapshotGroupTags, snapshots } = await tagGroup(context, made, named, specification);
        if (made.report.scriptOutput !== "secret") {
            scriptOutputPhrases(made.report).forEach((words) => {
                context.log.info(words);
            });
        }
        return {
            state: "finished",
            instanceRun: { ...made, tags, snapshotGroupTags },
            group: { ...named, snapshots },
            isDegraded,
            // If an earlier attempt could not tag its run, the state already has them.
            warnings: [...new Set([...known, ...warnings])],
        };
    } catch (thrown) {
        return afterError(context, made, known, thrown);
    }
}

/** Returns the result after an error: a later update can continue, unless the group is verified to be gone. */
async function afterError(
    context: Context,
    made: ReportedGroup,
    warnings: readonly string[],
    cause: unknown,
): Promise<UnfinishedResult> {
    const { instanceId, snapshotGroupId, snapshotIds = [] } = made;
    const reason = asAppSnapshotError(cause, instanceId);
    if (!(cause instanceof AppSnapshotError && cause.code === ownErrors.GroupNotFound.code)) {
        return unfinished("finalizing", made, reason, warnings);
    }
    try {
        const remains = await remainsOf(context, { snapshotGroupId, snapshotIds });
        if (remains.kind !== "unknown") {
            return unfinished("failed", made, reason, warnings);
        }
        const error = absenceError(remains.reason, reason.resources).with({ instanceId });
        return unfinished("finalizing", made, error, warnings);
    } catch (thrown) {
        return unfinished("finalizing", made, asAppSnapshotError(thrown, instanceId), warnings);
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
        detail: phrases(...check.violations, attributedDetails(quotableIn(report), report.scriptOutput)),
        resources: { invokeId },
        circumstances: circumstancesOfViolation(circumstancesOf(specification, osType), specification, check),
    });
}

/** Leaves scripts and writers out of the remedy if only disks are wrong, and lower consistency if it would not help. */
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

/** Deletes a group with violations, unless a state may hold it. */
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

/** Sets the name and the description, which are not always safe on the plugin's command line. */
async function nameGroup(
    context: Context,
    made: ReportedGroup,
    group: SnapshotGroup,
    { specification, isAdopted }: FinalizeOptions,
): Promise<SnapshotGroup> {
    const { snapshotGroupName: name = group.name, description = group.description } = specification;
    if (name !== made.groupName || isAdopted === true) {
        // From then on, the members identify the run and the owner of the group.
        const tags = memberTags(membersIn(made), made.ownerToken);
        if (tags !== undefined && !allHaveTags(group, tags)) {
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

/** Returns a group that will get the program's tags, so that none is forgotten if that fails halfway. */
function withTags(made: ReportedGroup, wanted: SnapshotTags): ReportedGroup {
    const tags = { ...made.tags, ...wanted };
    return Object.keys(tags).length === 0 ? made : { ...made, tags };
}

/** Sets the program's tags, and removes those that an earlier attempt may have set and the program no longer has. */
async function tagGroup(
    context: Context,
    { tags: before = {}, snapshotGroupTags }: ReportedGroup,
    { snapshotGroupId, snapshots }: SnapshotGroup,
    { tags: wanted }: SnapshotSpecification,
): Promise<Pick<ReportedGroup, "tags" | "snapshotGroupTags"> & Pick<SnapshotGroup, "snapshots">> {
    const change = { set: wanted, remove: droppedKeys({ before, wanted }) };
    if (isEmptyTagChange(change)) {
        return { snapshots };
    }
    const snapshotIds = snapshots.map(({ snapshotId }) => snapshotId);
    const group = { snapshotGroupId, snapshotIds, snapshotGroupTags };
    const takesGroup = await changeTags(context, group, change, wanted);
    return {
        ...recordedTags(wanted, takesGroup),
        snapshots: snapshots.map((member) => ({
            ...member,
            tags: tagList(afterTagChange(tagsByKey(member.tags), change)),
        })),
    };
}
