import * as pulumi from "@pulumi/pulumi";

/** The most names that an error lists. */
const mostListed = 10;

/**
 * Returns the id of the snapshot of one disk.
 *
 * @param subject the resource, such as "The snapshot".
 * @param absence says why a disk may have none. Default: nothing.
 * @throws Error in the update if there is none.
 */
export function snapshotIdOf(
    subject: string,
    snapshotIdByDiskId: pulumi.Output<Readonly<Record<string, string>> | undefined>,
    diskId: pulumi.Input<string>,
    absence: pulumi.Input<string> = "",
): pulumi.Output<string> {
    return pulumi.all([snapshotIdByDiskId, diskId, absence]).apply(([snapshotIds, wanted, why]) => {
        if (snapshotIds === undefined) {
            throw missingOutput(subject, "snapshotIdByDiskId", `{ "${wanted}": "s-1" }`);
        }
        const snapshotId = snapshotIds[wanted];
        if (snapshotId === undefined) {
            throw new Error(
                `${subject} has no disk ${wanted}: it has ${listed(Object.keys(snapshotIds))}.${why}`,
            );
        }
        return snapshotId;
    });
}

/** Returns the error for an output that only a unit test can lack. */
export function missingOutput(subject: string, output: string, example: string): Error {
    return new Error(
        `${subject} has no output ${output}. In a unit test, let Pulumi's mocks return it, for example ` +
            `{ ${output}: ${example} }.`,
    );
}

export function listed(names: readonly string[]): string {
    const others = names.length - mostListed;
    return others <= 0 ? names.join(", ") : `${names.slice(0, mostListed).join(", ")} and ${others} others`;
}
