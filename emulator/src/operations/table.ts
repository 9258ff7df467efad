import { assistantOperations } from "./assistant";
import { diskOperations } from "./disks";
import { imageOperations } from "./images";
import { instanceOperations } from "./instances";
import { invocationOperations } from "./invocations";
import type { OperationTable } from "./operation";
import { roleOperations } from "./roles";
import { sentFileOperations } from "./sent-files";
import { snapshotGroupOperations } from "./snapshot-groups";
import { snapshotOperations } from "./snapshots";
import { tagOperations } from "./tags";

/** Every operation that the emulator serves. */
export const operations: OperationTable = {
    ...roleOperations,
    ...invocationOperations,
    ...sentFileOperations,
    ...assistantOperations,
    ...instanceOperations,
    ...diskOperations,
    ...imageOperations,
    ...snapshotGroupOperations,
    ...snapshotOperations,
    ...tagOperations,
};
