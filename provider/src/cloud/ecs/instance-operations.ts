import { bulk, type ByIds, list, modelOf } from "./operation";
import { toAttachedDisks, toDisks, toInstances, toItemResults, toRamRoles } from "./responses";

type DiskFilter = { readonly instanceId: string } | { readonly snapshotId: string };

export interface RoleChange extends ByIds {
    readonly ramRoleName: string;
}

/** Instances, their disks and their roles. */
export const instanceOperations = {
    describeInstances: bulk({
        name: "DescribeInstances",
        changes: false,
        idsPerRequest: 100,
        send: ({ client, models }, { ids }: ByIds, common) =>
            client.describeInstances(
                modelOf(models.DescribeInstancesRequest, {
                    ...common,
                    instanceIds: JSON.stringify(ids),
                    // The default page would hide all but ten.
                    maxResults: Math.max(10, ids.length),
                }),
            ),
        items: toInstances,
        idOf: ({ instanceId }) => instanceId,
        mayHideAll: true,
    }),

    describeTaggedInstances: list({
        name: "DescribeInstances",
        changes: false,
        pages: { size: 100, nextToken: (body) => body.nextToken },
        send: ({ client, models }, { tagKey }: { readonly tagKey: string }, common) =>
            client.describeInstances(
                modelOf(models.DescribeInstancesRequest, {
                    ...common,
                    tag: [modelOf(models.DescribeInstancesRequestTag, { key: tagKey })],
                }),
            ),
        items: toInstances,
    }),

    describeDisks: list({
        name: "DescribeDisks",
        changes: false,
        pages: { size: 500, nextToken: (body) => body.nextToken },
        send: ({ client, models }, filter: DiskFilter, common) =>
            client.describeDisks(modelOf(models.DescribeDisksRequest, { ...common, ...filter })),
        items: toDisks,
    }),

    describeRegionDisks: list({
        name: "DescribeDisks",
        changes: false,
        pages: { size: 500, nextToken: (body) => body.nextToken },
        send: ({ client, models }, _: object, common) =>
            client.describeDisks(modelOf(models.DescribeDisksRequest, { ...common })),
        items: toAttachedDisks,
    }),

    describeInstanceRamRole: bulk({
        name: "DescribeInstanceRamRole",
        changes: false,
        idsPerRequest: 50,
        send: ({ client, models }, { ids }: ByIds, common) =>
            client.describeInstanceRamRole(
                modelOf(models.DescribeInstanceRamRoleRequest, {
                    ...common,
                    instanceIds: JSON.stringify(ids),
                    // One page for all ids.
                    pageSize: 50,
                }),
            ),
        items: toRamRoles,
        idOf: ([instanceId]) => instanceId,
    }),

    attachInstanceRamRole: bulk({
        name: "AttachInstanceRamRole",
        changes: true,
        idsPerRequest: 100,
        send: ({ client, models }, { ids, ramRoleName }: RoleChange, common) =>
            client.attachInstanceRamRole(
                modelOf(models.AttachInstanceRamRoleRequest, {
                    ...common,
                    ramRoleName,
                    instanceIds: JSON.stringify(ids),
                }),
            ),
        items: (body) => toItemResults(body.attachInstanceRamRoleResults?.attachInstanceRamRoleResult),
        idOf: ({ instanceId }) => instanceId,
    }),

    detachInstanceRamRole: bulk({
        name: "DetachInstanceRamRole",
        changes: true,
        idsPerRequest: 100,
        send: ({ client, models }, { ids, ramRoleName }: RoleChange, common) =>
            client.detachInstanceRamRole(
                modelOf(models.DetachInstanceRamRoleRequest, {
                    ...common,
                    ramRoleName,
                    instanceIds: JSON.stringify(ids),
                }),
            ),
        items: (body) => toItemResults(body.detachInstanceRamRoleResults?.detachInstanceRamRoleResult),
        idOf: ({ instanceId }) => instanceId,
    }),
};
