import type { Revision } from "./snapshot-program";
import type { Column } from "./verdict";

/** What is killed in the middle. */
export interface Scenario {
    readonly name: ScenarioName;
    readonly title: string;
    /** What else the documentation says of it. */
    readonly note?: string;
    /** What the stack holds before. */
    readonly startsWith: "nothing" | "snapshot";
    readonly command: "up" | "destroy";
    /** The program that is wanted, given the one whose snapshot is there. */
    readonly next: (revision: Revision) => Revision;
    /** How often the plugin may run from the beginning of the command to the end of the `pulumi up` after it. */
    readonly runs: number;
    /** Options of that `pulumi up`. */
    readonly upOptions: readonly string[];
    /** What comes after the kill. */
    readonly columns: readonly Column[];
    /** Which calls a kill is tried at; default all. */
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

const same = (revision: Revision): Revision => revision;
const retained = (revision: Revision): Revision => ({ ...revision, retained: true });

export const scenarios: readonly Scenario[] = [
    {
        name: "create",
        title: 'the first `pulumi up`, of an instance without a role, with `roleAttachment: "temporary"`',
        startsWith: "nothing",
        command: "up",
        next: same,
        runs: 1,
        upOptions: [],
        columns: ["up", "destroy"],
    },
    {
        name: "deliver",
        title: "the first `pulumi up` of a snapshot whose scripts are given as text",
        note: "The calls that deliver them, and the one that then runs the plugin; all others are the same as above.",
        startsWith: "nothing",
        command: "up",
        next: (revision) => ({ ...revision, delivers: true }),
        runs: 1,
        upOptions: [],
        columns: ["up", "destroy"],
        only: (callName) => /^RunCommand|SendFile|\(directory\)/.test(callName),
    },
    {
        name: "replace",
        title: "a `pulumi up` with another trigger: a new snapshot is taken, then the old one deleted",
        startsWith: "snapshot",
        command: "up",
        // Whatever scenario the snapshot is of that there is: the calls must be those of the rehearsal.
        next: (revision) => ({ ...revision, trigger: revision.trigger + 1, delivers: false }),
        runs: 1,
        upOptions: [],
        columns: ["up", "destroy"],
    },
    {
        name: "update",
        title: "a `pulumi up` with another description",
        startsWith: "snapshot",
        command: "up",
        next: (revision) => ({ ...revision, description: revision.description + 1 }),
        runs: 0,
        upOptions: [],
        columns: ["up", "destroy"],
    },
    {
        name: "delete",
        title: "`pulumi destroy`",
        note:
            "The `pulumi up` after it is one with `--refresh`: until a deletion has succeeded, the state says of any " +
            "resource that it is there, and only a refresh looks. It comes when the cloud has done what it was asked for: " +
            "a group that is being deleted is shown until it is gone.",
        startsWith: "snapshot",
        command: "destroy",
        next: same,
        runs: 1,
        upOptions: ["--refresh"],
        columns: ["up", "destroy"],
    },
    {
        name: "retained-create",
        title: "the first `pulumi up` of a snapshot with `retainOnDelete`",
        startsWith: "nothing",
        command: "up",
        next: retained,
        runs: 1,
        upOptions: [],
        columns: ["readd"],
    },
    {
        name: "retained-replace",
        title: "a `pulumi up` with another trigger, of a snapshot with `retainOnDelete`: the old one stays",
        startsWith: "snapshot",
        command: "up",
        next: (revision) => retained({ ...revision, trigger: revision.trigger + 1, delivers: false }),
        runs: 1,
        upOptions: [],
        columns: ["readd"],
    },
];
