import type { Revision } from "./snapshot-program";
import type { Recovery } from "./verdict";

/** A command that is killed. */
export interface Scenario {
    readonly name: ScenarioName;
    readonly title: string;
    /** A further sentence for the documentation. */
    readonly note?: string;
    /** The content of the stack before the command. */
    readonly startsWith: "nothing" | "snapshot";
    readonly command: "up" | "destroy";
    /** Returns the program that is wanted, given that of the snapshot in the stack. */
    readonly next: (revision: Revision) => Revision;
    /** The most runs of the plugin from the start of the command to the end of the `pulumi up` after it. */
    readonly maxRuns: number;
    /** Options of that `pulumi up`. */
    readonly upOptions: readonly string[];
    /** The recoveries that are tried. */
    readonly recoveries: readonly Recovery[];
    /** Selects the calls at which a kill is tried; default all. */
    readonly only?: (callName: string) => boolean;
}

export const scenarioNames = [
    "create",
    "deliver",
    "replace",
    "update",
    "delete",
    "retained-create",
    "retained-replace",
] as const;

export type ScenarioName = (typeof scenarioNames)[number];

function same(revision: Revision): Revision {
    return revision;
}
function retained(revision: Revision): Revision {
    return { ...revision, retained: true };
}

export const scenarios: readonly Scenario[] = [
    {
        name: "create",
        title: 'the first `pulumi up`, for an instance without a role, with `roleAttachment: "temporary"`',
        startsWith: "nothing",
        command: "up",
        next: same,
        maxRuns: 1,
        upOptions: [],
        recoveries: ["up", "destroy"],
    },
    {
        name: "deliver",
        title: "the first `pulumi up` of a snapshot whose scripts are given as text",
        note: "Only the calls that deliver them are tried, and the one that then runs the plugin; all others are as above.",
        startsWith: "nothing",
        command: "up",
        next: (revision) => ({ ...revision, delivers: true }),
        maxRuns: 1,
        upOptions: [],
        recoveries: ["up", "destroy"],
        only: (callName) => /^RunCommand|SendFile|\(directory\)/.test(callName),
    },
    {
        name: "replace",
        title: "a `pulumi up` with another trigger: a new snapshot is taken, then the old one deleted",
        startsWith: "snapshot",
        command: "up",
        // The calls must be those of the baseline run, whichever scenario took the present snapshot.
        next: (revision) => ({ ...revision, trigger: revision.trigger + 1, delivers: false }),
        maxRuns: 1,
        upOptions: [],
        recoveries: ["up", "destroy"],
    },
    {
        name: "update",
        title: "a `pulumi up` with another description",
        startsWith: "snapshot",
        command: "up",
        next: (revision) => ({ ...revision, description: revision.description + 1 }),
        maxRuns: 0,
        upOptions: [],
        recoveries: ["up", "destroy"],
    },
    {
        name: "delete",
        title: "`pulumi destroy`",
        note:
            "The `pulumi up` after it has `--refresh`: until a deletion has succeeded, the resource stays in the state, and " +
            "only a refresh looks whether it exists. It runs after the cloud has finished the deletions that were " +
            "requested: until then it still lists the group.",
        startsWith: "snapshot",
        command: "destroy",
        next: same,
        maxRuns: 1,
        upOptions: ["--refresh"],
        recoveries: ["up", "destroy"],
    },
    {
        name: "retained-create",
        title: "the first `pulumi up` of a snapshot with `retainOnDelete`",
        startsWith: "nothing",
        command: "up",
        next: retained,
        maxRuns: 1,
        upOptions: [],
        recoveries: ["readd"],
    },
    {
        name: "retained-replace",
        title: "a `pulumi up` with another trigger, for a snapshot with `retainOnDelete`: the old one stays",
        startsWith: "snapshot",
        command: "up",
        next: (revision) => retained({ ...revision, trigger: revision.trigger + 1, delivers: false }),
        maxRuns: 1,
        upOptions: [],
        recoveries: ["readd"],
    },
];
