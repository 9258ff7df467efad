// Looks at the instance and at what a live test may have left.
import { groupsIn, listIn, membersOf, textOf } from "./evidence.mjs";
import { tagsOf } from "./story.mjs";

/**
 * @typedef {import("./evidence.mjs").Fields} Fields
 *
 * @typedef {object} Look What the cloud has at one moment.
 * @property {Fields} instance
 * @property {readonly Fields[]} disks
 * @property {string} role Empty if the instance has none.
 * @property {readonly Fields[]} groups The snapshot groups of the instance.
 *
 * @typedef {object} Remains Sentences about what is left, and the commands that remove it.
 * @property {readonly string[]} left
 * @property {readonly string[]} commands
 */

/** The key of the tag of an instance with a temporary role. */
const LEASE = "app-snapshot:temporary-role";

/** A deleted group may be shown for a while. */
const LOOKS = 20;
const PAUSE_MS = 3_000;

/**
 * @param {import("./cloud.mjs").Cloud} cloud
 * @param {string} instanceId
 * @returns {Promise<Look>}
 */
export async function look(cloud, instanceId) {
    const probe = "look";
    const ids = { InstanceIds: JSON.stringify([instanceId]) };
    const found = succeeded(await cloud.call("DescribeInstances", ids, probe));
    const [instance] = listIn(found, "Instances.Instance");
    if (!instance)
        throw new Error(`There is no instance ${instanceId} in this region, or the caller may not see it.`);
    const roles = succeeded(await cloud.call("DescribeInstanceRamRole", ids, probe));
    const [set = {}] = listIn(roles, "InstanceRamRoleSets.InstanceRamRoleSet");
    const disks = succeeded(
        await cloud.call("DescribeDisks", { InstanceId: instanceId, MaxResults: 100 }, probe),
    );
    const groups = succeeded(
        await cloud.call("DescribeSnapshotGroups", { InstanceId: instanceId, MaxResults: 100 }, probe),
    );
    return {
        instance,
        role: textOf(set["RamRoleName"]),
        disks: listIn(disks, "Disks.Disk"),
        groups: groupsIn(groups),
    };
}

/**
 * Looks until nothing is left, or for a minute.
 *
 * @param {import("./cloud.mjs").Cloud} cloud
 * @param {object} options
 * @param {import("./stack.mjs").Setting} options.setting
 * @param {readonly string[]} options.ownIds The ids that occurred in the calls of the live test.
 * @param {(ms: number) => Promise<void>} options.pause
 * @returns {Promise<Remains>}
 */
export async function lookForRemains(cloud, { setting, ownIds, pause }) {
    for (let looks = 1; ; looks++) {
        const now = await look(cloud, setting.target.instanceId);
        const own = await groupsById(cloud, ownIds);
        const tag = [{ key: "live-test", value: setting.name }];
        const tagged = succeeded(
            await cloud.call("DescribeSnapshots", { Tag: tag, MaxResults: 100 }, "look"),
        );
        const snapshots = listIn(tagged, "Snapshots.Snapshot").map((one) => textOf(one["SnapshotId"]));
        const remains = remainsOf({
            now: { ...now, groups: [...now.groups, ...own] },
            snapshots,
            ownIds,
            setting,
        });
        if (remains.left.length === 0 || looks === LOOKS) return remains;
        await pause(PAUSE_MS);
    }
}

/** The most ids of one request. */
const IDS_PER_REQUEST = 10;

/**
 * Looks groups up by their ids: the list of an instance may have further pages.
 *
 * @param {import("./cloud.mjs").Cloud} cloud
 * @param {readonly string[]} ids
 */
async function groupsById(cloud, ids) {
    const groups = [];
    for (let at = 0; at < ids.length; at += IDS_PER_REQUEST) {
        const SnapshotGroupId = ids.slice(at, at + IDS_PER_REQUEST);
        const call = await cloud.call("DescribeSnapshotGroups", { SnapshotGroupId }, "look");
        // An API that has an error for an unknown id says by it that the group is gone.
        if (!/NotFound/.test(call.code ?? "")) groups.push(...groupsIn(succeeded(call)));
    }
    return groups;
}

/**
 * Decides what is left of a live test. Pure.
 *
 * @param {object} seen
 * @param {Look} seen.now
 * @param {readonly string[]} seen.snapshots The snapshots with the tag of the live test.
 * @param {readonly string[]} seen.ownIds
 * @param {import("./stack.mjs").Setting} seen.setting
 * @returns {Remains}
 */
export function remainsOf({ now, snapshots, ownIds, setting: { before, target } }) {
    const { instanceId, region, ramRole } = target;
    const earlier = new Set(before.groups.map((group) => group["SnapshotGroupId"]));
    const groups = now.groups.filter(
        (group) =>
            !earlier.has(group["SnapshotGroupId"]) &&
            (ownIds.includes(textOf(group["SnapshotGroupId"])) ||
                membersOf(group).some((member) => snapshots.includes(textOf(member["SnapshotId"])))),
    );
    const groupIds = [...new Set(groups.map((group) => textOf(group["SnapshotGroupId"])))];
    const members = groups.flatMap(membersOf).map((member) => textOf(member["SnapshotId"]));
    const single = snapshots.filter((id) => !members.includes(id));
    const isRoleChanged = now.role !== before.role;
    const lease = tagsOf(now.instance).get(LEASE);
    const isLeased = lease !== undefined && lease !== tagsOf(before.instance).get(LEASE);
    const at = `--RegionId ${region}`;
    return {
        left: [
            ...groupIds.map((id) => `the snapshot group ${id}`),
            ...single.map((id) => `the snapshot ${id}`),
            ...(isRoleChanged
                ? [
                      `the RAM role of ${instanceId} is ${now.role || "none"}; before it was ${before.role || "none"}`,
                  ]
                : []),
            ...(isLeased ? [`the tag ${LEASE} on ${instanceId}`] : []),
        ],
        commands: [
            ...groupIds.map((id) => `aliyun ecs DeleteSnapshotGroup ${at} --SnapshotGroupId ${id}`),
            ...single.map((id) => `aliyun ecs DeleteSnapshot --SnapshotId ${id}`),
            ...(isRoleChanged && before.role === "" && now.role === ramRole
                ? [
                      `aliyun ecs DetachInstanceRamRole ${at} --RamRoleName ${ramRole} --InstanceIds '["${instanceId}"]'`,
                  ]
                : []),
            ...(isLeased
                ? [
                      `aliyun ecs UntagResources ${at} --ResourceType instance --ResourceId.1 ${instanceId} --TagKey.1 ${LEASE}`,
                  ]
                : []),
        ],
    };
}

/**
 * @param {import("./evidence.mjs").Call} call
 */
function succeeded(call) {
    const { operation, code, message } = call;
    if (code !== undefined) throw new Error(`${operation} was refused: ${code}: ${message}`);
    return call;
}
