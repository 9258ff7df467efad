import type { Arguments } from "../parameters/arguments";
import { integer, only, required, string } from "../parameters/spec";
import type { Body } from "../refusals/api-error";
import type { Image } from "../world/image";
import type { World } from "../world/world";
import type { Context, OperationTable } from "./operation";
import { paginate } from "./paging";

/** The operations on images. */
export const imageOperations: OperationTable = {
    DescribeImages: {
        parameters: {
            RegionId: required(),
            SnapshotId: string(),
            // Without it an image that is being made would be missing.
            Status: { ...only("ALL"), required: true },
            PageSize: integer(1, 100),
        },
        run: describeImages,
    },
};

function describeImages(args: Arguments, { world }: Context): Body {
    const snapshotId = args.text("SnapshotId");
    const found = [...world.images.values()].filter(
        ({ sources }) =>
            snapshotId === undefined || sources.some((source) => source.snapshotId === snapshotId),
    );
    const page = paginate(found, args);
    return {
        RegionId: world.regionId,
        ...page.fields,
        Images: { Image: page.items.map((image) => imageBody(image, world)) },
    };
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
