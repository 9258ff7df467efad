import { expect } from "chai";
import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";
import { calledOperations } from "../docs/support/sources";
import { count } from "../support/counts";
import { faultKinds, type FaultKind } from "./support/fault-kinds";
import { accessKey, Life, requestOf, speed, steps, type Step } from "./support/life";

/** A request within a step: the first of its kind is where a fault begins. */
interface Point {
    readonly step: Step;
    readonly request: string;
    readonly action: string;
}

/** What is tried in a world of its own: a step of the life, as often as there are turns, with faults at points. */
type Case = readonly (readonly Point[])[];

/** How a fault is tried. */
interface Trial {
    /** How often it hits requests of a kind. */
    readonly times: number;
    /** Whether a call that it hits fails, and is made again; otherwise the call has an answer. */
    readonly fails: boolean;
}

const stepNames = Object.keys(steps) as Step[];
const laterSteps = stepNames.filter((step) => step !== "create");

/** Steps after which there is no group. */
const atTheEnd: ReadonlySet<Step> = new Set(["delete what is held", "read what is held", "delete"]);

/** How many worlds are tried side by side. */
const sideBySide = 16;

/** For one call; a machine that is busy may be late by a moment. */
const limits = { requests: 12, milliseconds: 150_000 + 300 * speed };

/** Where no answer comes, nobody is to wait long for it: half a minute by the clock of these lives. */
const requestTimeouts = { connect: 300, read: 300 };

/**
 * An answer that finds nothing, again and again, can't be told from the truth. What is believed then, by the step and
 * the request.
 */
const believed: Readonly<Record<string, string>> = {
    "take up, DescribeInvocations by tags": "no earlier run began anything",
    "take up, DescribeSnapshotGroups by id": "somebody deleted the group that the earlier run took",
    "read, DescribeSnapshotGroups by id": "somebody deleted the group",
    "read what is held, DescribeSnapshots": "nothing is left of the group that is gone",
    "delete, DescribeInvocations by id":
        "Cloud Assistant has forgotten the invocation, as it does after a month",
};

/** A single such answer is believed only where what is asked for is older than the start of an engine takes. */
const believedAtOnce: ReadonlySet<string> = new Set(["take up, DescribeInvocations by tags"]);

describe("a fault in any call of a snapshot's life", function () {
    this.timeout(240_000);
    let points: readonly Point[] = [];
    const ofStep = (step: Step): readonly Point[] => points.filter((point) => point.step === step);

    before("rehearse a life without a fault", async () => {
        points = (await Promise.all(stepNames.map(rehearse))).flat();
        for (const name of ["lost", "duplicated", "frozen"] as const) {
            count(name, 0);
        }
    });

    it("can be tried with every operation that the package uses", () => {
        expect([...new Set(points.map(({ action }) => action))]).to.include.members(calledOperations());
    });

    describe("that hits each of them once", () => {
        const all = (): Case[] => stepNames.map(ofStep).map(together);

        it("is got over when the call was not done", () => tryAll(faultKinds.notDone, all, fails(1)));

        it("is got over when the call was throttled", () => tryAll(faultKinds.throttled, all, fails(1)));
    });

    describe("that hits one of them once", () => {
        it("is got over when the call was done, and its answer is lost", () =>
            tryAll(
                faultKinds.done,
                () => [...alone(ofStep("create")), ...laterSteps.map(ofStep).map(together)],
                fails(1),
            ));

        it("is survived when its answer is bad news", () =>
            tryAll(
                faultKinds.badNews,
                () => alone(points.filter((point) => !believedAtOnce.has(placeOf(point)))),
                answers(1),
            ));
    });

    describe("that hits one of them from then on", () => {
        // Those that take long come first.
        const all = (): Case[] => [...laterSteps.map(ofStep).map(inTurn), ...alone(ofStep("create"))];

        it("is survived when nothing is done", () => tryAll(faultKinds.notDone, all, fails(Infinity)));

        it("is survived when it is done, and all answers are lost", () =>
            tryAll(faultKinds.done, all, fails(Infinity)));

        it("is survived when it is throttled", () =>
            tryAll(faultKinds.throttledForLong, all, fails(Infinity)));

        it("is survived when the answers are bad news", () =>
            tryAll(
                faultKinds.badNews,
                ({ finds }) =>
                    alone(points.filter((point) => finds !== "nothing" || !(placeOf(point) in believed))),
                answers(Infinity),
            ));
    });

    it("leads to no second snapshot where the first one shows late", () =>
        Life.live(async (life) => {
            await life.run("create");
            const [group] = points.filter(
                (point) => placeOf(point) === "take up, DescribeSnapshotGroups by id",
            );
            expect(group).not.to.equal(undefined);
            // For some ten seconds by the clock of this life.
            life.emulator.faults.add({ action: group?.action ?? "", kind: "miss", times: 10 });
            await life.run("take up");
            expect(life.emulator.faults.pending, "faults to come").to.equal(0);
            expectInOrder(life);
        }));
});

/** @param times how often a request of a kind is hit. */
function fails(times: number): Trial {
    return { times, fails: true };
}

function answers(times: number): Trial {
    return { times, fails: false };
}

function placeOf({ step, request }: Point): string {
    return `${step}, ${request}`;
}

function together(points: readonly Point[]): Case {
    return [points];
}

function inTurn(points: readonly Point[]): Case {
    return points.map((point) => [point]);
}

function alone(points: readonly Point[]): Case[] {
    return points.map((point) => [[point]]);
}

async function rehearse(step: Step): Promise<Point[]> {
    const points: Point[] = [];
    await Life.live(async (life) => {
        await prepare(life, step);
        const { failure, ledger } = await attempt(life, step);
        expectEndOfStep(step, failure);
        for (const request of new Set(ledger.map((entry) => requestOf(entry, life.emulator)))) {
            const [action = ""] = request.split(" ");
            points.push({ step, request, action });
        }
    });
    return points;
}

async function tryAll(
    kinds: readonly FaultKind[],
    casesOf: (kind: FaultKind) => readonly Case[],
    trial: Trial,
): Promise<void> {
    const failed: string[] = [];
    const next = kinds
        .flatMap((kind) => possible(casesOf(kind), kind).map((turns) => ({ kind, turns })))
        .values();
    await Promise.all(
        Array.from({ length: sideBySide }, async () => {
            for (const { kind, turns } of next) {
                await tryCase(turns, kind, trial).catch((error: unknown) => {
                    failed.push(`${kind.name}: ${turns.flat().map(placeOf).join("; ")}: ${String(error)}`);
                });
            }
        }),
    );
    expect(failed.join("\n\n")).to.equal("");
}

function possible(cases: readonly Case[], { only = () => true }: FaultKind): Case[] {
    return cases
        .map((turns) => turns.map((points) => points.filter(({ action }) => only(action))))
        .map((turns) => turns.filter((points) => points.length > 0))
        .filter((turns) => turns.length > 0);
}

/** One world: what comes of the step, and whether the next command puts everything right. */
async function tryCase(turns: Case, kind: FaultKind, trial: Trial): Promise<void> {
    const step = turns[0]?.[0]?.step ?? "create";
    const silent = kind.faults.some((fault) => fault.kind === "no-answer");
    await Life.live(
        async (life) => {
            await prepare(life, step);
            let failure: Error | undefined;
            for (const points of turns) {
                count("faults tried", points.length);
                failure = await tryTurn(life, points, kind, trial);
            }
            if (failure !== undefined && step !== "delete what is held") {
                await life.again(step);
            }
            if (!atTheEnd.has(step)) {
                expectInOrder(life);
                if (trial.fails) {
                    expectOlderGroup(life);
                }
            }
            await life.run("delete");
            expectNothingLeft(life);
        },
        silent ? { requestTimeouts } : {},
    );
}

/** @returns how the step failed. */
async function tryTurn(
    life: Life,
    points: readonly Point[],
    kind: FaultKind,
    { times, fails }: Trial,
): Promise<Error | undefined> {
    const step = points[0]?.step ?? "create";
    const hits = points.map((point) => addFaults(life, point, kind, times));
    const { failure, ledger } = await attempt(life, step);
    points.forEach((point, index) => {
        expect(hits[index]?.(), `hits of ${point.request}`).to.be.at.least(1);
    });
    life.emulator.faults.clear();
    if (fails) {
        expectBounded(ledger);
    }
    if (fails && times === 1) {
        expectEndOfStep(step, failure);
    }
    if (failure !== undefined) {
        expectTold(life, points, failure);
    }
    return failure;
}

/** @returns how often the faults have hit so far. */
function addFaults(life: Life, { action, request }: Point, kind: FaultKind, times: number): () => number {
    let hits = 0;
    const { length } = kind.faults;
    const hit = (index: number): boolean => hits % length === index && ++hits > 0;
    life.emulator.faults.add(
        ...kind.faults.map((fault, index) => ({
            ...fault,
            action,
            times,
            when: (params: LedgerEntry["params"]) =>
                requestOf({ action, params }, life.emulator) === request && hit(index),
        })),
    );
    return () => hits;
}

async function prepare(life: Life, step: Step): Promise<void> {
    for (const before of steps[step]) {
        expectEndOfStep(before, (await attempt(life, before)).failure);
    }
}

interface Attempted {
    readonly failure: Error | undefined;
    /** The requests of this step. */
    readonly ledger: readonly LedgerEntry[];
}

async function attempt(life: Life, step: Step): Promise<Attempted> {
    const before = life.emulator.ledger.length;
    const failure = await life.run(step).then(
        () => undefined,
        (thrown: unknown) => thrown as Error,
    );
    return { failure, ledger: life.emulator.ledger.slice(before) };
}

/** A step ends as it does without a fault. */
function expectEndOfStep(step: Step, failure: Error | undefined): void {
    if (step === "delete what is held") {
        expect(failure?.message ?? "")
            .to.match(/^SnapshotsHeld: /)
            .and.include("m-holder");
    } else {
        expect(failure?.message ?? "").to.equal("");
    }
}

/** No call is made again for ever. */
function expectBounded(ledger: readonly LedgerEntry[]): void {
    const hit = ledger.filter(({ faulted }) => faulted !== undefined);
    const callOf = ({ action, params }: LedgerEntry): string => JSON.stringify([action, params]);
    for (const call of new Set(hit.map(callOf))) {
        const requests = hit.filter((entry) => callOf(entry) === call);
        const times = requests.map(({ time }) => Date.parse(time));
        const spent = (Math.max(...times) - Math.min(...times)) * speed;
        expect(requests.length, `requests of ${call}`).to.be.at.most(limits.requests);
        expect(spent, `milliseconds of ${call}`).to.be.at.most(limits.milliseconds);
    }
}

/** The error says what exists, and nothing that is secret. */
function expectTold(life: Life, points: readonly Point[], failure: Error): void {
    const { message } = failure;
    if (!points.some(isInTheDark)) {
        for (const names of life.existing) {
            const named = names.some((name) => message.includes(name));
            broken("lost", !named, `none of ${names.join(", ")} is in: ${message}`);
        }
    }
    const everything = [message, failure.stack, JSON.stringify(failure)].join("\n");
    expect(everything).not.to.include(accessKey.id);
    expect(everything).not.to.include(accessKey.secret);
    expect(everything).not.to.match(/signature|https?:|127\.0\.0\.1/i);
}

/** Where an earlier run began something, and the very question for it is not answered. */
function isInTheDark(point: Point): boolean {
    return placeOf(point) === "take up, DescribeInvocations by tags";
}

/** There is one snapshot, which is the one in the state, and nothing else of it. */
function expectInOrder(life: Life): void {
    const { recorded } = life.deployment;
    const groups = life.ownGroupIds;
    broken("duplicated", groups.length > 1, `there are ${groups.join(", ")}`);
    broken("lost", groups.length < 1, "there is no group");
    expect(groups).to.deep.equal([recorded?.id]);
    expect(recorded?.outputs["snapshotGroupId"]).to.equal(recorded?.id);
    expect(recorded?.outputs).not.to.have.property("pending");
    const { invokeId } = recorded?.outputs ?? {};
    broken(
        "lost",
        life.openInvocationIds.some((id) => id !== invokeId),
        `open are ${life.openInvocationIds.join(", ")}, recorded is ${String(invokeId)}`,
    );
    if (!warningsOf(life).includes("RAM role")) {
        expectInstanceAsBefore(life);
    }
    expectNotFrozen(life);
}

/** It is deleted, or a warning tells why it is not. */
function expectOlderGroup(life: Life): void {
    if (life.olderGroupExists) {
        expect(warningsOf(life)).to.match(new RegExp(`${life.olderGroupId}|Older snapshot groups`));
    }
}

function warningsOf({ deployment: { recorded } }: Life): string {
    return JSON.stringify(recorded?.outputs["warnings"] ?? []);
}

function expectNothingLeft(life: Life): void {
    broken("lost", life.ownGroupIds.length > 0, `left is ${life.ownGroupIds.join(", ")}`);
    broken("lost", life.ownSnapshotIds.length > 0, `left is ${life.ownSnapshotIds.join(", ")}`);
    expect(life.openInvocationIds, "open invocations").to.deep.equal([]);
    expectInstanceAsBefore(life);
    expectNotFrozen(life);
}

function expectInstanceAsBefore({ instance }: Life): void {
    expect(instance.ramRoleName, "the temporary role").to.equal(undefined);
    expect(instance.tags, "tags of the instance").to.deep.equal({});
}

function expectNotFrozen(life: Life): void {
    broken("frozen", life.instance.frozen, "the instance is frozen");
}

/** What must never be: counted for the end of the run, and the end of the test. */
function broken(name: "lost" | "duplicated" | "frozen", is: boolean, what: string): void {
    if (is) {
        count(name);
    }
    expect(is, `${name}: ${what}`).to.equal(false);
}
