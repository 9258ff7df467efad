import type { Tag, TaggedResourceType } from "./api";
import { bulk, type ByIds, modelOf } from "./operation";

export interface TagChange extends ByIds {
    readonly resourceType: TaggedResourceType;
    readonly tags: readonly Tag[];
}

export interface TagRemoval extends ByIds {
    readonly resourceType: TaggedResourceType;
    readonly keys: readonly string[];
}

/** Tags of instances, invocations and snapshots. */
export const tagOperations = {
    tagResources: bulk({
        name: "TagResources",
        changes: true,
        idsPerRequest: 50,
        send: ({ client, models }, { ids, resourceType, tags }: TagChange, common) =>
            client.tagResources(
                modelOf(models.TagResourcesRequest, {
                    ...common,
                    resourceType,
                    resourceId: [...ids],
                    tag: tags.map((tag) => modelOf(models.TagResourcesRequestTag, tag)),
                }),
            ),
        items: (): string[] => [],
        idOf: (id) => id,
    }),

    untagResources: bulk({
        name: "UntagResources",
        changes: true,
        idsPerRequest: 50,
        send: ({ client, models }, { ids, resourceType, keys }: TagRemoval, common) =>
            client.untagResources(
                modelOf(models.UntagResourcesRequest, {
                    ...common,
                    resourceType,
                    resourceId: [...ids],
                    tagKey: [...keys],
                }),
            ),
        items: (): string[] => [],
        idOf: (id) => id,
    }),
};
