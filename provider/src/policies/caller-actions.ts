/** A part of the work that needs actions of its own; a caller that never does it can go without them. */
export type Task = "attach the role" | "detach the role" | "deliver scripts" | "delete snapshots";

export interface CallerAction {
    /** The purpose, for a person. */
    readonly neededFor: string;
    /** The resources to which a policy can restrict it. Default: none, it acts on snapshots or only reads. */
    readonly on?: "instances" | "instances and roles" | "role";
    /** The only part of the work that needs it. */
    readonly task?: Task;
}

const everySnapshot = "every snapshot";
const scripts = "scripts that are given as text, including recipes";
const attaching = 'roleAttachment: "keep" and "temporary"';

/**
 * The actions of the caller, who runs `pulumi`. Whatever only reads is neither restricted nor left out, except for
 * scripts: without it, errors are less exact, and doubts remain.
 */
export const callerActions = {
    "ecs:DescribeInstances": { neededFor: everySnapshot },
    "ecs:DescribeCloudAssistantStatus": { neededFor: everySnapshot },
    "ecs:DescribeDisks": { neededFor: everySnapshot },
    "ecs:DescribeInstanceRamRole": { neededFor: everySnapshot },
    "ecs:DescribeInvocations": { neededFor: everySnapshot },
    "ecs:DescribeInvocationResults": { neededFor: everySnapshot },
    "ecs:DescribeSnapshotGroups": { neededFor: everySnapshot },
    "ecs:DescribeSnapshots": { neededFor: "deleting a snapshot whose group is gone" },
    "ecs:DescribeImages": { neededFor: "naming the image that holds a snapshot" },
    "ecs:DescribeSendFileResults": { neededFor: scripts, task: "deliver scripts" },
    "ecs:RunCommand": { neededFor: everySnapshot, on: "instances" },
    "ecs:TagResources": { neededFor: everySnapshot },
    "ecs:ModifySnapshotGroup": {
        neededFor: "name and description, and for verifying that a group is gone",
    },
    "ecs:SendFile": { neededFor: scripts, on: "instances", task: "deliver scripts" },
    "ecs:AttachInstanceRamRole": {
        neededFor: attaching,
        on: "instances and roles",
        task: "attach the role",
    },
    "ram:PassRole": { neededFor: attaching, on: "role", task: "attach the role" },
    "ecs:DetachInstanceRamRole": {
        neededFor: 'roleAttachment: "temporary"',
        on: "instances and roles",
        task: "detach the role",
    },
    "ecs:UntagResources": {
        neededFor: 'roleAttachment: "temporary", and tags that the program no longer has',
    },
    "ecs:DeleteSnapshotGroup": { neededFor: "deleting snapshots", task: "delete snapshots" },
    "ecs:DeleteSnapshot": {
        neededFor: "deleting a snapshot whose group is gone",
        task: "delete snapshots",
    },
} as const satisfies Readonly<Record<string, CallerAction>>;
