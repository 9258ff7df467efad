import { cloudAssistantOperations } from "./cloud-assistant-operations";
import { instanceOperations } from "./instance-operations";
import { snapshotOperations } from "./snapshot-operations";
import { tagOperations } from "./tag-operations";

/** Every operation that this package calls. */
export const operations = {
    ...instanceOperations,
    ...cloudAssistantOperations,
    ...snapshotOperations,
    ...tagOperations,
};
