// The life of a snapshot on a real instance, from the check of the instance to the look at what is left.
import { resolve } from "node:path";

import { begin, resume } from "./beginning.mjs";
import { end } from "./ending.mjs";
import { pluginRuns } from "./evidence.mjs";
import { preflight } from "./preflight.mjs";
import { askAboutSnapshot, askAboutUpload } from "./probes.mjs";
import { evidenceOf, groupIdIn, pulumi, step } from "./steps.mjs";
import { declarations, osTypeOf } from "./story.mjs";

/**
 * @typedef {import("./steps.mjs").Services} Services
 * @typedef {import("./steps.mjs").Test} Test
 */

/**
 * Runs a live test to its end, or finishes one that was killed.
 *
 * @param {import("./options.mjs").NewTest | import("./options.mjs").UnfinishedTest} options
 * @param {Services} services
 * @returns {Promise<boolean>} True if all steps succeeded and nothing is left.
 */
export async function liveTest(options, services) {
    const report = resolve(options.report);
    const test =
        options.target === undefined
            ? await resume(report, services)
            : await begin(report, options, options.target, services);
    if (test === undefined) return false;
    if (options.target !== undefined) await live(test, options.target, services);
    return end(test, report, services);
}

/**
 * Takes and changes the snapshot. It stops at the first step that fails, or before the next one if the user wants that.
 *
 * @param {Test} test
 * @param {import("./options.mjs").Target} target
 * @param {Services} services
 */
async function live(test, target, { say, isInterrupted }) {
    const { stack, cloud, steps } = test;
    const { before } = stack.setting;
    const osType = osTypeOf(before.instance);
    const { main, changed, failingPreScript, excludingDisks } = declarations(stack.setting, osType);
    let groupId = "";

    /** @type {(declared: object, ...flags: string[]) => Promise<boolean>} */
    const up = async (declared, ...flags) => {
        await stack.declare(declared);
        return pulumi(test, "up", ...flags);
    };
    /**
     * Tries a second snapshot, which may fail.
     *
     * @param {string} name
     * @param {object} args
     */
    const experiment = async (name, args) => {
        await askAboutUpload(cloud, groupId, "upload before");
        await up({ snapshot: changed, [name]: args });
        await askAboutUpload(cloud, groupId, "upload after");
        return up({ snapshot: changed });
    };

    /** @type {[name: string, title: string, run: () => Promise<boolean>][]} */
    const life = [
        ["doctor", "The package checks the instance", () => preflight(stack)],
        ["up", "pulumi up takes the snapshot", () => up({ snapshot: main })],
        [
            "probes",
            "The live test asks the API about it",
            async () => {
                groupId = await groupIdIn(stack);
                const [invokeId = ""] = pluginRuns(evidenceOf(test), "up").reverse();
                await askAboutSnapshot(cloud, { groupId, invokeId, before, ramRole: target.ramRole });
                return true;
            },
        ],
        ["refresh", "pulumi refresh reads it", () => pulumi(test, "refresh")],
        [
            "unchanged",
            "A second pulumi up changes nothing",
            () => up({ snapshot: main }, "--expect-no-changes"),
        ],
        [
            "changed",
            "pulumi up changes tags and description in place",
            async () => {
                const succeeded = await up({ snapshot: changed });
                await askAboutUpload(cloud, groupId, "changed group");
                return succeeded && pluginRuns(evidenceOf(test), "changed").length === 0;
            },
        ],
    ];
    if (target.failingPreScript && osType === "linux") {
        life.push([
            "failing-pre-script",
            "A second snapshot is tried, whose pre-script fails: an error is expected",
            () => experiment("failing-pre-script", failingPreScript),
        ]);
    }
    if (target.excludeDisks.length > 0) {
        life.push([
            "excluded-disks",
            "A second snapshot is tried, without some disks",
            () => experiment("excluded-disks", excludingDisks),
        ]);
    }
    for (const [name, title, run] of life) {
        if (isInterrupted()) {
            say("\nThe live test ends here, as you wished.");
            steps.push({ name: "interrupted", succeeded: false });
            return;
        }
        if (!(await step(test, { name, title, run, say }))) return;
    }
}
