import { ApiError, type Body } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";
import { boolean, integer, largest, required, string, unmodelled, unused } from "../parameters/spec";
import { type Image, imageStatuses } from "../world/image";
import type { World } from "../world/world";
import { refuseDryRun } from "./instances";
import { equals, matchesName } from "./lookups";
import type { Context, OperationTable } from "./operation";
import { paginate } from "./paging";

/** The operations on images. */
export const imageOperations: OperationTable = {
    DescribeImages: {
        parameters: {
            RegionId: required(),
            ImageId: string(),
            ImageName: string(),
            ImageOwnerAlias: string(),
            SnapshotId: string(),
            Status: string(),
            DryRun: boolean(),
            PageNumber: integer(1, largest),
            PageSize: integer(1, 100),
            ActionType: unused,
            Architecture: unmodelled,
            Filter: unmodelled,
            ImageFamily: unmodelled,
            ImageOwnerId: unmodelled,
            InstanceType: unmodelled,
            IsPublic: unmodelled,
            IsSupportCloudinit: unmodelled,
            IsSupportIoOptimized: unmodelled,
            OSType: unmodelled,
            ResourceGroupId: unmodelled,
            ShowExpired: unused,
            Tag: unmodelled,
            Usable: unmodelled,
            Usage: unmodelled,
        },
        run: describeImages,
    },
};

const owners: readonly string[] = ["system", "self", "others", "marketplace"];

function describeImages(args: Arguments, { world }: Context): Body {
    refuseDryRun(args);
    const statuses = readStatuses(args);
    const owner = args.text("ImageOwnerAlias") ?? "";
    if (owner !== "" && !owners.includes(owner)) {
        throw new ApiError(
            400,
            "InvalidImageOwnerAlias.ValueNotSupported",
            `The ImageOwnerAlias must be one of ${owners.join(", ")}.`,
        );
    }
    const snapshotId = args.text("SnapshotId");
    const found = [...world.images.values()].filter(
        (image) =>
            (owner === "" || owner === "self") &&
            statuses.includes(image.status) &&
            equals(image.imageId, args.text("ImageId")) &&
            matchesName(image.imageName, args.text("ImageName")) &&
            (snapshotId === undefined || image.sources.some((source) => source.snapshotId === snapshotId)),
    );
    const page = paginate(found, args);
    return {
        RegionId: world.regionId,
        TotalCount: page.totalCount,
        PageNumber: page.pageNumber,
        PageSize: page.pageSize,
        Images: { Image: page.items.map((image) => imageBody(image, world)) },
    };
}

/** Several statuses with commas between them, or ALL; without any, only what is `Available`. */
function readStatuses(args: Arguments): readonly string[] {
    const given = args.text("Status") ?? "";
    if (given === "") {
        return ["Available"];
    }
    if (given === "ALL") {
        return imageStatuses;
    }
    const known: readonly string[] = imageStatuses;
    const wanted = given.split(",");
    if (!wanted.every((status) => known.includes(status))) {
        throw new ApiError(400, "InvalidParamter", `The Status must be ALL, or some of ${known.join(", ")}.`);
    }
    return wanted;
}

function imageBody(image: Image, world: World): Body {
    return {
        ImageId: image.imageId,
        ImageName: image.imageName,
        Description: "",
        Status: image.status,
        Progress: image.status === "Creating" ? "0%" : "100%",
        CreationTime: world.time(image.creationTime),
        ImageOwnerAlias: "self",
        Size: image.sources.find((source) => source.type === "system")?.size ?? 0,
        ResourceGroupId: "",
        DiskDeviceMappings: {
            DiskDeviceMapping: image.sources.map((source) => ({
                SnapshotId: source.snapshotId,
                Type: source.type,
                Size: String(source.size),
                Device: source.device,
            })),
        },
        Tags: { Tag: [] },
    };
}
