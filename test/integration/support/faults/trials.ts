import { type Step, stepNames } from "../life";
import { canHit, type FaultKind, faultKinds } from "./kinds";
import { type FaultPoint, placeOf } from "./points";

/** A fault at a point. */
export interface Hit {
    readonly point: FaultPoint;
    readonly kind: FaultKind;
}

/** A step of the life that is tried in its own world once per turn, with the hits of that turn. */
export type Turns = readonly (readonly Hit[])[];

/** A way to try faults. */
export interface Trial {
    /** The result that it shows, for the title. */
    readonly shows: string;
    /** The number of times that requests of a kind are hit. */
    readonly times: number;
    /** Tells whether a call that is hit fails and is repeated; otherwise the call has an answer. */
    readonly fails: boolean;
    readonly kinds: readonly FaultKind[];
    /** The steps with a call that they can hit. */
    readonly steps: readonly Step[];
    /** Divides the hits of a step among worlds. */
    readonly worldsOf: (step: Step, hits: readonly Hit[]) => readonly Turns[];
    /** Selects hits without a defined result. Default: none. */
    readonly leavesOut?: (hit: Hit) => boolean;
}

/**
 * The wrong conclusions from empty answers, by the step and the request: an answer that stays empty can't be told from
 * the truth.
 */
const believed: Readonly<Record<string, string>> = {
    "adopt, DescribeInvocations by tags": "no earlier run began anything",
    "read what is held, DescribeSnapshots": "nothing is left of the group that is gone",
    "delete, DescribeInvocations by id":
        "Cloud Assistant has forgotten the invocation, as it does after a month",
};

/** Requests for which a single such answer is believed: they look for something older than the start of an engine takes. */
const believedAtOnce: ReadonlySet<string> = new Set(["adopt, DescribeInvocations by tags"]);

/** The steps that may change something; `read` never does. */
const changing = stepNames.filter((step) => step !== "read");

function together(hits: readonly Hit[]): readonly Turns[] {
    return [[hits]];
}

function alone(hits: readonly Hit[]): readonly Turns[] {
    return hits.map((hit) => [[hit]]);
}

/** Tries the hits one after another in the same world. */
function inTurn(hits: readonly Hit[]): readonly Turns[] {
    return [hits.map((hit) => [hit])];
}

/** Tells whether the request only looks for runs to commit, which any command does that was shown a state. */
function isForgiven({ point }: Hit): boolean {
    return point.request === "DescribeInvocations by tags" && !["create", "adopt"].includes(point.step);
}

/**
 * Tries the hits of a create alone, and those of other steps in turn: a failed create may leave the resource in the
 * state, so that the next one is no create; and a step that succeeds leaves nothing for the next turn.
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
        shows: "is overcome when the call was not done",
        times: 1,
        fails: true,
        kinds: faultKinds.notDone,
        steps: stepNames,
        worldsOf: (_, hits) => together(hits),
    },
    {
        shows: "is overcome when the call was throttled",
        times: 1,
        fails: true,
        kinds: faultKinds.throttled,
        steps: stepNames,
        worldsOf: (_, hits) => together(hits),
    },
    {
        shows: "is overcome when the call was done and its answer is lost",
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

/** The same for fleets, with a world for each fault that goes on: a fleet may succeed in spite of it. */
export const fleetTrials = {
    "that hits it once": once,
    "that hits it from then on": fromThenOn.map((trial): Trial => ({
        ...trial,
        // Each takes a life of its own, so that all would take too long: one call in three.
        worldsOf: (_, hits) => alone(hits.filter((_hit, index) => index % 3 === 0)),
    })),
};

/** Tells whether a trial includes this hit. */
export function isTried({ leavesOut = () => false }: Trial, hit: Hit): boolean {
    return canHit(hit.kind, hit.point.action) && !leavesOut(hit);
}
