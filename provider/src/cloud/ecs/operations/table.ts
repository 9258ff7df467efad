import { cloudAssistantOperations } from "./cloud-assistant";
import { instanceOperations } from "./instances";
import { snapshotOperations } from "./snapshots";
import { tagOperations } from "./tags";

/** Every operation that this package calls. */
export const operations = {
    ...instanceOperations,
    ...cloudAssistantOperations,
    ...snapshotOperations,
    ...tagOperations,
};
