import type { Tag } from "./api";
import { bulk, type ByIds, list, modelOf, single } from "./operation";
import { toDeletionProgress, toImageIds, toSnapshotGroups, toSnapshotIds } from "./responses";

export interface GroupChange {
    readonly snapshotGroupId: string;
    readonly name?: string;
    readonly description?: string;
}

export interface SnapshotsByIds extends ByIds {
    /** Only asks whether the caller is allowed to; the answer is an error. Default: false. */
    readonly dryRun?: true;
}

/** Snapshot groups, snapshots, and the images made from them. */
export const snapshotOperations = {
    describeSnapshotGroups: bulk({
        name: "DescribeSnapshotGroups",
        changes: false,
        idsPerRequest: 10,
        pages: { size: 100, nextToken: (body) => body.nextToken },
        send: ({ client, models }, { ids }: ByIds, common) =>
            client.describeSnapshotGroups(
                modelOf(models.DescribeSnapshotGroupsRequest, { ...common, snapshotGroupId: [...ids] }),
            ),
        items: toSnapshotGroups,
        idOf: ({ snapshotGroupId }) => snapshotGroupId,
    }),

    findSnapshotGroups: list({
        name: "DescribeSnapshotGroups",
        changes: false,
        pages: { size: 100, nextToken: (body) => body.nextToken },
        send: (
            { client, models },
            filter: { readonly name: string } | { readonly instanceId: string },
            common,
        ) =>
            client.describeSnapshotGroups(
                modelOf(models.DescribeSnapshotGroupsRequest, { ...common, ...filter }),
            ),
        items: toSnapshotGroups,
    }),

    modifySnapshotGroup: single({
        name: "ModifySnapshotGroup",
        changes: true,
        send: ({ client, models }, change: GroupChange, common) =>
            client.modifySnapshotGroup(modelOf(models.ModifySnapshotGroupRequest, { ...common, ...change })),
        read: () => undefined,
    }),

    deleteSnapshotGroup: list({
        name: "DeleteSnapshotGroup",
        changes: true,
        send: ({ client, models }, { snapshotGroupId }: { readonly snapshotGroupId: string }, common) =>
            client.deleteSnapshotGroup(
                modelOf(models.DeleteSnapshotGroupRequest, { ...common, snapshotGroupId }),
            ),
        items: toDeletionProgress,
    }),

    describeSnapshots: bulk({
        name: "DescribeSnapshots",
        changes: false,
        idsPerRequest: 100,
        send: ({ client, models }, { ids, dryRun }: SnapshotsByIds, common) =>
            client.describeSnapshots(
                modelOf(models.DescribeSnapshotsRequest, {
                    ...common,
                    ...(ids.length === 0 ? {} : { snapshotIds: JSON.stringify(ids) }),
                    // The default page would hide all but ten.
                    maxResults: Math.max(10, ids.length),
                    ...(dryRun === undefined ? {} : { dryRun }),
                }),
            ),
        items: toSnapshotIds,
        idOf: (snapshotId) => snapshotId,
    }),

    describeTaggedSnapshots: list({
        name: "DescribeSnapshots",
        changes: false,
        pages: { size: 100, nextToken: (body) => body.nextToken },
        send: ({ client, models }, { tags }: { readonly tags: readonly Tag[] }, common) =>
            client.describeSnapshots(
                modelOf(models.DescribeSnapshotsRequest, {
                    ...common,
                    tag: tags.map((tag) => modelOf(models.DescribeSnapshotsRequestTag, tag)),
                }),
            ),
        items: toSnapshotIds,
    }),

    deleteSnapshot: single({
        name: "DeleteSnapshot",
        changes: true,
        send: ({ client, models }, { snapshotId }: { readonly snapshotId: string }) =>
            client.deleteSnapshot(modelOf(models.DeleteSnapshotRequest, { snapshotId })),
        read: () => undefined,
    }),

    describeImages: list({
        name: "DescribeImages",
        changes: false,
        send: ({ client, models }, { snapshotId }: { readonly snapshotId: string }, common) =>
            client.describeImages(
                modelOf(models.DescribeImagesRequest, {
                    ...common,
                    snapshotId,
                    // One that is being made holds the snapshot as well.
                    status: "ALL",
                    pageSize: 100,
                }),
            ),
        items: toImageIds,
    }),
};
