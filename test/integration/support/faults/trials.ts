import { stepNames, type Step } from "../life";
import { canHit, faultKinds, type FaultKind } from "./kinds";
import { placeOf, type FaultPoint } from "./points";

/** A fault at a point. */
export interface Hit {
    readonly point: FaultPoint;
    readonly kind: FaultKind;
}

/** What is tried in a world of its own: a step of the life, as often as there are turns, with hits in each. */
export type Turns = readonly (readonly Hit[])[];

/** One way to try faults. */
export interface Trial {
    /** What it shows of a fault. */
    readonly shows: string;
    /** How often requests of a kind are hit. */
    readonly times: number;
    /** Whether a call that is hit fails, and is made again; otherwise the call has an answer. */
    readonly fails: boolean;
    readonly kinds: readonly FaultKind[];
    /** The steps in which there is a call that they can hit. */
    readonly steps: readonly Step[];
    /** Shares the hits of a step out among worlds. */
    readonly worldsOf: (step: Step, hits: readonly Hit[]) => readonly Turns[];
    /** Hits of which nothing can be expected. Default: none. */
    readonly leavesOut?: (hit: Hit) => boolean;
}

/**
 * An answer that finds nothing, again and again, can't be told from the truth. What is believed then, by the step and
 * the request.
 */
const believed: Readonly<Record<string, string>> = {
    "adopt, DescribeInvocations by tags": "no earlier run began anything",
    "read what is held, DescribeSnapshots": "nothing is left of the group that is gone",
    "delete, DescribeInvocations by id":
        "Cloud Assistant has forgotten the invocation, as it does after a month",
};

/** A single such answer is believed only where what is asked for is older than the start of an engine takes. */
const believedAtOnce: ReadonlySet<string> = new Set(["adopt, DescribeInvocations by tags"]);

/** A reading makes no call that changes something, or would if it were meant to, but of what no list shows. */
const changing = stepNames.filter((step) => step !== "read");

function together(hits: readonly Hit[]): readonly Turns[] {
    return [[hits]];
}

function alone(hits: readonly Hit[]): readonly Turns[] {
    return hits.map((hit) => [[hit]]);
}

/** One after the other in the same world. */
function inTurn(hits: readonly Hit[]): readonly Turns[] {
    return [hits.map((hit) => [hit])];
}

/** A look for what to commit, as any command takes it that the engine has shown a state. */
function isForgiven({ point }: Hit): boolean {
    return point.request === "DescribeInvocations by tags" && !["create", "adopt"].includes(point.step);
}

/**
 * A creation that fails may leave the resource in the state, and then another one is no creation. A step that does not
 * fail is done, and then there is nothing to do in the next turn.
 */
function createAlone(step: Step, hits: readonly Hit[]): readonly Turns[] {
    return step === "create"
        ? alone(hits)
        : [
              ...alone(hits.filter(isForgiven)),
              ...[hits.filter((hit) => !isForgiven(hit))]
                  .filter((others) => others.length > 0)
                  .flatMap(inTurn),
          ];
}

const once: readonly Trial[] = [
    {
        shows: "is got over when the call was not done",
        times: 1,
        fails: true,
        kinds: faultKinds.notDone,
        steps: stepNames,
        worldsOf: (_, hits) => together(hits),
    },
    {
        shows: "is got over when the call was throttled",
        times: 1,
        fails: true,
        kinds: faultKinds.throttled,
        steps: stepNames,
        worldsOf: (_, hits) => together(hits),
    },
    {
        shows: "is got over when the call was done, and its answer is lost",
        times: 1,
        fails: true,
        kinds: faultKinds.done,
        steps: changing,
        worldsOf: (step, hits) => (step === "create" ? alone(hits) : together(hits)),
    },
    {
        shows: "is survived when its answer is bad news",
        times: 1,
        fails: false,
        kinds: faultKinds.badNews,
        steps: stepNames,
        worldsOf: (_, hits) => alone(hits),
        leavesOut: ({ point }) => believedAtOnce.has(placeOf(point)),
    },
];

const fromThenOn: readonly Trial[] = [
    {
        shows: "is survived when nothing is done",
        times: Infinity,
        fails: true,
        kinds: faultKinds.notDone,
        steps: stepNames,
        worldsOf: createAlone,
    },
    {
        shows: "is survived when it is done, and all answers are lost",
        times: Infinity,
        fails: true,
        kinds: faultKinds.done,
        steps: changing,
        worldsOf: createAlone,
    },
    {
        shows: "is survived when it is throttled",
        times: Infinity,
        fails: true,
        kinds: faultKinds.throttledForLong,
        steps: stepNames,
        worldsOf: createAlone,
    },
    {
        shows: "is survived when the answers are bad news",
        times: Infinity,
        fails: false,
        kinds: faultKinds.badNews,
        steps: stepNames,
        worldsOf: (_, hits) => alone(hits),
        leavesOut: ({ kind, point }) => kind.finds === "nothing" && placeOf(point) in believed,
    },
];

export const trials = { "that hits it once": once, "that hits it from then on": fromThenOn };

/** Whether a trial has this hit in it. */
export function isTried({ leavesOut = () => false }: Trial, hit: Hit): boolean {
    return canHit(hit.kind, hit.point.action) && !leavesOut(hit);
}
