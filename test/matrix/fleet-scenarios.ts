import { isChange } from "./call-names";
import { fleet } from "./fleet-program";
import { isPoll, type NamedCall } from "./point";
import { changed, delivered, replaced, retained, same } from "./revision";
import { isOfDelivery, type Scenario } from "./scenario";

/** The commands for a fleet. */
export const fleetScenarios: readonly Scenario[] = [
    {
        name: "fleet-create",
        title:
            'the first `pulumi up` of a fleet of five instances, with `roleAttachment: "temporary"`: four Linux ones, of ' +
            "which one has the role already, and one with Windows",
        note:
            "At most two instances share a run, so there are four runs. Of the calls that are repeated for each instance or " +
            "run, the first one is tried, and also the second one if it changes something.",
        subject: fleet,
        startsWith: "nothing",
        command: "up",
        next: same,
        maxRuns: 1,
        upOptions: [],
        recoveries: ["up", "destroy"],
        only: isFirstOfFleet,
    },
    {
        name: "fleet-deliver",
        title: "the first `pulumi up` of the fleet with scripts that are given as text",
        note: "Only the calls that deliver them are tried, and those that then run the plugin.",
        subject: fleet,
        startsWith: "nothing",
        command: "up",
        next: delivered,
        maxRuns: 1,
        upOptions: [],
        recoveries: ["up", "destroy"],
        only: (call) => isOfDelivery(call) && isFirstOfFleet(call),
    },
    {
        name: "fleet-replace",
        title: "a `pulumi up` with another trigger: new snapshots of all instances are taken, then the old ones deleted",
        note: "Here and below, of the calls that only read, those are tried that wait for something; the others are as above.",
        subject: fleet,
        startsWith: "snapshots",
        command: "up",
        next: replaced,
        maxRuns: 1,
        upOptions: [],
        recoveries: ["up", "destroy"],
        only: isFirstStep,
    },
    {
        name: "fleet-update",
        title:
            "a `pulumi up` that names one other instance instead of one that was named before: a snapshot of the added " +
            "one is taken, then the group of the removed one is deleted",
        subject: fleet,
        startsWith: "snapshots",
        command: "up",
        next: changed,
        maxRuns: 0,
        maxRunsIfAdded: 1,
        upOptions: [],
        recoveries: ["up", "destroy"],
        only: isFirstStep,
    },
    {
        name: "fleet-delete",
        title: "`pulumi destroy` of the fleet",
        note: "The `pulumi up` after it has `--refresh`, as for a single snapshot.",
        subject: fleet,
        startsWith: "snapshots",
        command: "destroy",
        next: same,
        maxRuns: 1,
        upOptions: ["--refresh"],
        recoveries: ["up", "destroy"],
        only: isFirstStep,
    },
    {
        name: "fleet-retained-update",
        title:
            "a `pulumi up` of the fleet with `retainOnDelete` that names one other instance instead of one that was " +
            "named before: the group of the removed one stays",
        subject: fleet,
        startsWith: "snapshots",
        command: "up",
        next: (revision) => retained(changed(revision)),
        maxRuns: 0,
        maxRunsIfAdded: 1,
        upOptions: [],
        recoveries: ["readd"],
        only: isFirstStep,
    },
];

/** Selects, of calls that are repeated for each instance, the first one, and also the second one if it changes something. */
function isFirstOfFleet({ name, nth }: NamedCall): boolean {
    return nth === 1 || (nth === 2 && isChange(name));
}

/** Selects of these the ones that change something or wait for something. */
function isFirstStep(call: NamedCall): boolean {
    return isFirstOfFleet(call) && (isChange(call.name) || isPoll(call.name));
}
