import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

type Request = Pick<LedgerEntry, "action" | "params">;

/** The cloud's knowledge when a call arrives. */
export interface CloudView {
    /** Tells whether the plugin is still at work for an invocation. */
    isRunning(invokeId: string): boolean;
    /** Tells whether an invocation runs the plugin, rather than prepares for it. */
    isRun(invokeId: string): boolean;
    /** Returns how far the deletion of a snapshot group is; undefined if nobody deleted it. */
    deletionOf(snapshotGroupId: string): "being deleted" | "deleted" | undefined;
}

/**
 * Names a call by its purpose, so that it has the same name in every run, however often others are repeated
 * before it.
 */
export function nameOf({ action, params }: Request, cloud: CloudView): string {
    const purpose = purposes[action]?.(params, cloud);
    return purpose === undefined ? action : `${action} (${purpose})`;
}

/** The purposes of operations that are called for several purposes, or until something has happened. */
const purposes: Readonly<
    Record<string, (params: Request["params"], cloud: CloudView) => string | undefined>
> = {
    DescribeInvocations: (params) => {
        if (params["InvokeId"] !== undefined) {
            return "of the resource";
        }
        if (params["Tag.1.Key"] === undefined) {
            return "running";
        }
        const whose = params["Tag.1.Key"] === "app-snapshot:stack" ? " of the stack" : "";
        return `${params["Tag.2.Value"] ?? "all"}${whose}`;
    },
    RunCommand: (params) => (params["Name"] === "app-snapshot-scripts" ? "directory" : undefined),
    SendFile: (params) => (params["Name"]?.includes("-pre-") === true ? "pre-script" : "post-script"),
    DescribeInvocationResults: (params, cloud) => {
        const invokeId = params["InvokeId"] ?? "";
        if (!cloud.isRun(invokeId)) {
            return "directory";
        }
        return cloud.isRunning(invokeId) ? "running" : "ended";
    },
    DescribeSnapshotGroups: (params, cloud) => cloud.deletionOf(params["SnapshotGroupId.1"] ?? ""),
    TagResources: (params) => {
        const ofProgram = programTagPurpose(params, "Tag.1.Key");
        if (ofProgram !== undefined) {
            return ofProgram;
        }
        const key = params["Tag.1.Key"]?.replace("app-snapshot:", "");
        // An adoption tags the run with another stack.
        return key === "state" ? params["Tag.1.Value"] : key === "stack" ? "adopted" : key;
    },
    UntagResources: (params) => programTagPurpose(params, "TagKey.1"),
};

/** Names a change of the program's own tags; undefined for a change of others. */
function programTagPurpose(params: Request["params"], firstKey: string): string | undefined {
    if (params[firstKey]?.startsWith("app-snapshot:") === true) {
        return undefined;
    }
    return params["ResourceType"] === "snapshotgroup" ? "tags of the group" : "tags of the members";
}

/** Returns the operation of a named call. */
export function operationOf(name: string): string {
    return name.replace(/ \(.*/, "");
}

/** Tells whether a named call changes something in the cloud. */
export function isChange(name: string): boolean {
    return !name.startsWith("Describe");
}
