import type { Arguments } from "../parameters/arguments";
import { list, type ParameterTable, required, tags } from "../parameters/spec";
import { resourceTags } from "../parameters/tag-words";
import { ApiError, type Body } from "../refusals/api-error";
import type { Appearance, Tags } from "../world/tags";
import type { World } from "../world/world";
import type { Context, OperationTable } from "./operation";

function absent(code: string): { status: number; code: string } {
    return { status: 404, code: `MissingParameter.${code}` };
}

/** The parameters that the operations on tags have in common. */
const resources: ParameterTable = {
    RegionId: required({ absent: absent("RegionId") }),
    ResourceType: required({ absent: absent("ResourceType") }),
    ResourceId: list(50, {
        required: true,
        absent: absent("ResourceIds"),
        tooMany: { status: 400, code: "NumberExceed.ResourceIds" },
    }),
};

/** The operations on the tags of any resource. */
export const tagOperations: OperationTable = {
    TagResources: {
        parameters: {
            ...resources,
            Tag: tags(resourceTags, 128, { required: true, absent: absent("Tags"), ownValues: true }),
        },
        run: tagResources,
    },
    UntagResources: {
        parameters: {
            ...resources,
            TagKey: list(20, {
                required: true,
                absent: absent("Tags"),
                tooMany: { status: 400, code: "NumberExceed.Tags" },
            }),
        },
        run: untagResources,
    },
};

const maxTags = 20;
const maxInvocationKey = 64;

/** Returns the tags of each resource of a type, by id. */
function tagged(world: World, type: string): Map<string, Tags> {
    switch (type) {
        case "instance":
            return tagsOf(world.instances.values(), (item) => item.instanceId);
        case "snapshot":
            return tagsOf(
                [...world.snapshots.values()].filter((item) => item.deletedAt === undefined),
                (item) => item.snapshotId,
            );
        case "snapshotgroup":
            if (world.services.behaviour.groupTags === "refused") {
                break;
            }
            return tagsOf(
                [...world.groups.values()].filter((item) => item.deletedAt === undefined),
                (item) => item.snapshotGroupId,
            );
        case "invocation":
            // Documented: commands that ran and files that were sent alike.
            return tagsOf(
                [...world.invocations.values(), ...world.sentFiles.values()],
                (item) => item.invokeId,
            );
    }
    throw new ApiError(
        404,
        "InvalidResourceType.NotFound",
        `The ResourceType provided does not exist: ${type}.`,
    );
}

function tagsOf<T extends { readonly tags: Tags }>(
    items: Iterable<T>,
    id: (item: T) => string,
): Map<string, Tags> {
    return new Map([...items].map((item) => [id(item), item.tags]));
}

function chosen(args: Arguments, world: World): [string, Tags][] {
    const all = tagged(world, args.textOr("ResourceType", ""));
    return (args.list("ResourceId") ?? []).map((id) => {
        const found = all.get(id);
        if (found === undefined) {
            throw new ApiError(
                404,
                "InvalidResourceId.NotFound",
                `The specified ResourceIds are not found: ${id}.`,
            );
        }
        return [id, found];
    });
}

function tagResources(args: Arguments, { world }: Context): Body {
    const added = args.tagMap("Tag");
    checkKeys([...added.keys()], args.text("ResourceType") === "invocation");
    const resources = chosen(args, world);
    for (const [, present] of resources) {
        const own = [...present.current.keys()].filter((key) => !key.startsWith("acs:"));
        if (new Set([...own, ...added.keys()]).size > maxTags) {
            throw new ApiError(403, "QuotaExceed.Tags", `A resource may have at most ${maxTags} tags.`);
        }
    }
    for (const [, present] of resources) {
        for (const [key, value] of added) {
            present.set(key, value, shownLater(world));
        }
    }
    return {};
}

/** Checks what is special about keys here: none may differ in case only, and invocations have shorter ones. */
function checkKeys(keys: readonly string[], ofInvocations: boolean): void {
    if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length) {
        throw new ApiError(403, "TagKey.Duplication", "Some tag keys differ in case only.");
    }
    if (ofInvocations && keys.some((key) => key.length > maxInvocationKey)) {
        throw new ApiError(
            400,
            "InvalidTagKey.Malformed",
            `A tag key of an invocation is longer than ${maxInvocationKey} characters.`,
        );
    }
}

function untagResources(args: Arguments, { world }: Context): Body {
    for (const [, present] of chosen(args, world)) {
        for (const key of args.list("TagKey") ?? []) {
            present.set(key, undefined, shownLater(world));
        }
    }
    return {};
}

function shownLater(world: World): Appearance {
    return { after: world.now, delay: "tagVisibilityMs" };
}
