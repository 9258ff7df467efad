import type { NamedCall } from "./point";
import type { Revision } from "./revision";
import type { Subject } from "./subject";
import type { Recovery } from "./verdict";

/** A command that is killed. */
export interface Scenario {
    readonly name: ScenarioName;
    readonly title: string;
    /** A further sentence for the documentation. */
    readonly note?: string;
    readonly subject: Subject;
    /** The content of the stack before the command. */
    readonly startsWith: "nothing" | "snapshots";
    readonly command: "up" | "destroy";
    /** Returns the program that is wanted, given that of the snapshots in the stack. */
    readonly next: (revision: Revision) => Revision;
    /** The most runs of the plugin on an instance, from the start of the command to the end of the `pulumi up` after it. */
    readonly maxRuns: number;
    /** The same for an instance that the program did not name before. Default: as many. */
    readonly maxRunsIfAdded?: number;
    /** Options of that `pulumi up`. */
    readonly upOptions: readonly string[];
    /** The recoveries that are tried. */
    readonly recoveries: readonly Recovery[];
    /** Selects the calls at which a kill is tried; default all. */
    readonly only?: (call: NamedCall) => boolean;
}

export const scenarioNames = [
    "create",
    "deliver",
    "replace",
    "update",
    "delete",
    "retained-create",
    "retained-replace",
    "fleet-create",
    "fleet-deliver",
    "fleet-replace",
    "fleet-update",
    "fleet-delete",
    "fleet-retained-update",
] as const;

export type ScenarioName = (typeof scenarioNames)[number];

/** Tells whether a call delivers scripts, or runs the plugin. */
export function isOfDelivery({ name }: NamedCall): boolean {
    return /^RunCommand|SendFile|\(directory\)/.test(name);
}
