// The beginning of a live test, or of the end of one that was killed.
import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { connect } from "./cloud.mjs";
import { look } from "./look.mjs";
import { CallLog } from "./report.mjs";
import { createStack, openStack } from "./stack.mjs";
import { intentions } from "./story.mjs";

/**
 * @typedef {import("./steps.mjs").Services} Services
 * @typedef {import("./steps.mjs").Test} Test
 */

const ENGINE_PAUSE_MS = 2_000;

/**
 * Makes the folder of the report, looks at the instance, asks the user, and makes the stack. Nothing in the cloud is
 * changed.
 *
 * @param {string} report
 * @param {import("./options.mjs").NewTest} options
 * @param {import("./options.mjs").Target} target
 * @param {Services} services
 * @returns {Promise<Test | undefined>} Undefined if the user does not want it.
 */
export async function begin(report, { yes }, target, { engine, environment, say, show, confirm }) {
    await makeFolder(report);
    try {
        const record = new CallLog(report);
        const cloud = await connect({
            region: target.region,
            environment,
            record: (call) => record.add(call),
        });
        const before = await look(cloud, target.instanceId);
        for (const line of intentions(target, { ...before, endpoint: cloud.endpoint }, report)) say(line);
        if (!yes && !(await confirm())) {
            await rm(report, { recursive: true, force: true });
            say("Nothing was done.");
            return undefined;
        }
        const now = new Date();
        const { endpoint } = cloud;
        const setting = { name: stackNameAt(now), startedAt: now.toISOString(), endpoint, target, before };
        const stack = await createStack({
            engine,
            environment,
            show,
            folder: join(report, "stack"),
            setting,
        });
        return { stack, cloud, record, steps: [], isContinued: false };
    } catch (thrown) {
        await rm(report, { recursive: true, force: true });
        throw thrown;
    }
}

/**
 * Returns a name that no other live test has, not even one that begins at the same time: whatever is left of a name is
 * deleted in the end.
 *
 * @param {Date} now
 */
export function stackNameAt(now) {
    const digits = now
        .toISOString()
        .replace(/\.\d+Z$/, "")
        .replace(/\D/g, "");
    return `live-test-${digits}-${randomBytes(4).toString("hex")}`;
}

/** @param {string} report */
async function makeFolder(report) {
    if (/[%?#]/.test(report)) {
        throw new Error(
            `The engine can't keep a state in ${report}: choose a path without %, ? and # by --report.`,
        );
    }
    try {
        await mkdir(report, { mode: 0o700 });
    } catch (thrown) {
        if (/** @type {NodeJS.ErrnoException} */ (thrown).code !== "EEXIST") throw thrown;
        throw new Error(
            `${report} exists. It may have the state of a live test that was killed, which --destroy finishes. ` +
                "Otherwise move it away, or name another folder with --report.",
            { cause: thrown },
        );
    }
}

/**
 * Opens a live test that was killed.
 *
 * @param {string} report
 * @param {Services} services
 * @returns {Promise<Test | undefined>} Undefined if its engine is still at work, and the user does not want to wait.
 */
export async function resume(report, { engine, environment, say, show, pause, isInterrupted }) {
    const folder = join(report, "stack");
    const stack = await openStack({ engine, environment, show, folder });
    const locks = join(folder, "program", ".pulumi", "locks");
    if (!(await engineHasEnded(stack, { locks, say, pause, isInterrupted }))) return undefined;
    // An engine that was killed has left its lock.
    await stack.pulumi(["cancel", "--yes", "--stack", stack.setting.name], { quiet: true });
    const record = new CallLog(report);
    await record.restore();
    for (const file of await stack.callsFiles()) await record.collect(file);
    const cloud = await connect({
        region: stack.setting.target.region,
        environment,
        record: (call) => record.add(call),
    });
    return { stack, cloud, record, steps: [], isContinued: true };
}

/**
 * Waits for the engine of a killed live test.
 *
 * @param {Pick<import("./stack.mjs").Stack, "isInUse">} stack
 * @param {Pick<Services, "say" | "pause" | "isInterrupted"> & { locks: string }} options
 * @returns {Promise<boolean>} False if the user does not want to wait.
 */
export async function engineHasEnded(stack, { locks, say, pause, isInterrupted }) {
    if (!(await stack.isInUse())) return true;
    say("The engine of the killed live test is still at work; waiting for its end.");
    do {
        if (isInterrupted()) {
            // Its number may be that of another process by now.
            say(
                `Nothing was deleted. If no engine is at work any more, delete '${locks}' and run the same command again.`,
            );
            return false;
        }
        await pause(ENGINE_PAUSE_MS);
    } while (await stack.isInUse());
    return true;
}
