/** A custom image of the account. A record of the emulator's state, changed in place. */
export interface Image {
    imageId: string;
    imageName: string;
    status: ImageStatus;
    creationTime: number;
    /** The snapshots it consists of. */
    sources: { snapshotId: string; type: "system" | "data"; size: number; device: string }[];
}

export type ImageStatus =
    "Creating" | "Waiting" | "Available" | "UnAvailable" | "CreateFailed" | "Deprecated";
