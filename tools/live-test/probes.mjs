// The live test's own questions to the API. All of them only read, but for three that change nothing: a change of the
// run's own group without a new name or description, the attachment of the role that the instance has, and the deletion
// of the run's own group after it is gone.
import { unknownIdLike } from "./cloud.mjs";
import { groupsIn, textOf } from "./evidence.mjs";

/** @typedef {import("./cloud.mjs").Cloud} Cloud */

/**
 * Asks about a snapshot that exists.
 *
 * @param {Cloud} cloud
 * @param {{ groupId: string, invokeId: string, before: import("./look.mjs").Look, ramRole: string }} known
 */
export async function askAboutSnapshot(cloud, { groupId, invokeId, before, ramRole }) {
    const shown = await cloud.call("DescribeSnapshotGroups", { SnapshotGroupId: [groupId] }, "group");
    const [group = {}] = groupsIn(shown);
    const name = textOf(group["Name"]);
    if (name.length > 8) {
        await cloud.call("DescribeSnapshotGroups", { Name: name }, "whole name");
        await cloud.call("DescribeSnapshotGroups", { Name: name.slice(0, -4) }, "part of the name");
    }
    await cloud.call("ModifySnapshotGroup", { SnapshotGroupId: groupId }, "empty change");
    if (invokeId !== "") {
        const unknown = unknownIdLike(invokeId);
        await cloud.call("DescribeInvocationResults", { InvokeId: unknown }, "unknown invocation");
    }
    const instanceId = textOf(before.instance["InstanceId"]);
    if (before.role === ramRole) {
        const ids = { InstanceIds: JSON.stringify([instanceId]) };
        await cloud.call("AttachInstanceRamRole", { ...ids, RamRoleName: ramRole }, "same role");
    }
}

/**
 * Looks how far the upload of a group is.
 *
 * @param {Cloud} cloud
 * @param {string} groupId
 * @param {string} probe
 */
export async function askAboutUpload(cloud, groupId, probe) {
    await cloud.call("DescribeSnapshotGroups", { SnapshotGroupId: [groupId] }, probe);
}

/**
 * Asks about a group that was the live test's own, and that was deleted successfully. Its id was used once and never will be again, so that
 * its deletion can't delete anything.
 *
 * @param {Cloud} cloud
 * @param {string} groupId
 */
export async function askAboutDeletedGroup(cloud, groupId) {
    const shown = await cloud.call("DescribeSnapshotGroups", { SnapshotGroupId: [groupId] }, "deleted group");
    const isGone = shown.code === undefined ? groupsIn(shown).length === 0 : /NotFound/.test(shown.code);
    if (isGone) {
        await cloud.call("DeleteSnapshotGroup", { SnapshotGroupId: groupId }, "second deletion");
    }
}
