import { expect } from "chai";
import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

import { count } from "../../../support/counts";
import { Life, requestOf, type Step } from "../life";
import { snapshot, type Subject } from "../subject";
import {
    expectBounded,
    expectInOrder,
    expectNothingLeft,
    expectOlderGroup,
    expectTold,
} from "./expectations";
import { placeOf } from "./points";
import { expectEndOfStep, runStep, runStepsBefore } from "./step-run";
import type { Hit, Trial, Turns } from "./trials";

/** The steps after which no group is left. */
const atTheEnd: ReadonlySet<Step> = new Set(["delete what is held", "read what is held", "delete"]);

/** The number of worlds at a time: while one waits for its processes, another one continues. */
const sideBySide = 4;

/** Tries all worlds, and fails with all their failures. */
export async function tryWorlds(
    trial: Trial,
    worlds: readonly Turns[],
    subject: Subject = snapshot,
): Promise<void> {
    expect(worlds, "worlds").not.to.be.empty;
    const failed: string[] = [];
    const next = worlds.values();
    await Promise.all(
        Array.from({ length: sideBySide }, async () => {
            for (const turns of next) {
                await tryIn(turns, trial, subject).catch((thrown: unknown) => {
                    failed.push(`${described(turns)}: ${String(thrown)}`);
                });
            }
        }),
    );
    expect(failed.join("\n\n")).to.equal("");
}

function described(turns: Turns): string {
    return turns
        .flat()
        .map(({ point, kind }) => `${placeOf(point)}: ${kind.name}`)
        .join("; ");
}

/** Tries one world: runs the step with its faults, and expects that the next command puts everything right. */
function tryIn(turns: Turns, trial: Trial, subject: Subject): Promise<void> {
    const step = turns[0]?.[0]?.point.step ?? "create";
    return Life.live(async (life) => {
        await runStepsBefore(life, step);
        let failure: Error | undefined;
        for (const hits of turns) {
            count("faults tried", hits.length);
            failure = await tryTurn(life, step, hits, trial);
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
    }, subject);
}

/** @returns the error of the step. */
async function tryTurn(
    life: Life,
    step: Step,
    hits: readonly Hit[],
    { times, fails }: Trial,
): Promise<Error | undefined> {
    const counters = hits.map((hit) => addFaults(life, hit, times));
    const { failure, ledger } = await runStep(life, step);
    hits.forEach(({ point }, index) => {
        expect(counters[index]?.(), `hits of ${point.request}`).to.be.at.least(1);
    });
    life.emulator.faults.clear();
    if (fails) {
        expectBounded(ledger);
    }
    if (fails && times === 1) {
        expectEndOfStep(step, failure);
    }
    if (failure !== undefined) {
        expectTold(
            life,
            hits.map(({ point }) => point),
            failure,
        );
    }
    return failure;
}

/** @returns a function that counts the hits of the faults so far. */
function addFaults(life: Life, { point: { action, request }, kind }: Hit, times: number): () => number {
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
