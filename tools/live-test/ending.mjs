// The end of a live test: nothing may be left.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ROOT } from "../setup.mjs";
import { subjectOf, textOf } from "./evidence.mjs";
import { lookForRemains } from "./look.mjs";
import { askAboutDeletedGroup, askAboutUpload } from "./probes.mjs";
import { answersOf } from "./questions.mjs";
import { writeReport } from "./report.mjs";
import { evidenceOf, groupIdIn, pulumi, step } from "./steps.mjs";

/**
 * @typedef {import("./steps.mjs").Services} Services
 * @typedef {import("./steps.mjs").Test} Test
 */

/** Deletion may fail because another operation is in progress. */
const DESTROY_ATTEMPTS = 3;
const DESTROY_PAUSE_MS = 20_000;

/** The exit code of `app-snapshot orphans`. */
const ORPHANS_FOUND = 3;

/**
 * Deletes the snapshots, looks at what is left, and writes the report. It runs whatever has happened before.
 *
 * @param {Test} test
 * @param {string} report
 * @param {Services} services
 */
export async function end(test, report, { say, pause }) {
    const { stack, cloud, steps } = test;
    const { name } = stack.setting;
    const groupId = await groupIdIn(stack).catch(() => "");
    const isDestroyed = await step(test, {
        name: "destroy",
        title: "pulumi destroy deletes the snapshot",
        say,
        run: async () => {
            if (groupId !== "") {
                await unlessItFails(() => askAboutUpload(cloud, groupId, "before its deletion"));
            }
            for (let attempt = 1; attempt <= DESTROY_ATTEMPTS; attempt++) {
                if (attempt > 1) await pause(DESTROY_PAUSE_MS);
                if (await pulumi(test, "destroy")) return true;
            }
            return false;
        },
    });
    await step(test, {
        name: "orphans",
        title: "app-snapshot orphans finds nothing",
        say,
        run: async () => {
            const command = ["orphans", "--stack", name];
            const { succeeded, code } = await stack.appSnapshot(command);
            if (succeeded || code !== ORPHANS_FOUND || !isDestroyed) return succeeded;
            // The stack has a name of its own, no update of it is running, and its state is empty: nobody else can
            // hold what its runs left.
            say("That should not be. They are of this live test alone, so they are deleted.");
            await stack.appSnapshot([
                ...command,
                "--delete",
                "--yes",
                "--include-recent",
                "--include-handed",
            ]);
            return false;
        },
    });
    /** @type {import("./look.mjs").Remains} */
    let remains = { left: ["(unknown: the last look failed)"], commands: [] };
    await step(test, {
        name: "look",
        title: "Is anything left?",
        say,
        run: async () => {
            if (groupId !== "" && isDestroyed) {
                await unlessItFails(() => askAboutDeletedGroup(cloud, groupId));
            }
            remains = await lookForRemains(cloud, { setting: stack.setting, ownIds: ownIdsOf(test), pause });
            return remains.left.length === 0;
        },
    });
    const failed = steps.filter(({ succeeded }) => !succeeded).map((failure) => failure.name);
    const isClean = remains.left.length === 0;
    if (isClean) say("Nothing is left in the cloud.");
    else say(`LEFT IN THE CLOUD: ${remains.left.join(", ")}.`);
    if (isClean && isDestroyed) {
        await stack.remove();
    } else {
        // The last look may not have been allowed to see everything.
        say(`First try to finish it: npm run live-test -- --destroy --report '${report}'`);
        if (remains.commands.length > 0) say(["Or remove it by hand:", ...remains.commands].join("\n  "));
    }
    const evidence = evidenceOf(test);
    const [answers, subject] = [answersOf(evidence), subjectOf(evidence)];
    const { startedAt, endpoint } = stack.setting;
    const about = { version: await version(), startedAt, endpoint, isContinued: test.isContinued };
    await writeReport(report, { about, answers, subject, steps, remains });
    say(failed.length === 0 ? "All steps succeeded." : `Failed: ${failed.join(", ")}.`);
    say(
        `The report is in ${report}; begin with answers.md. docs/live-test.md tells how to read and send it.`,
    );
    return isClean && failed.length === 0;
}

/**
 * Makes calls whose answers are only interesting.
 *
 * @param {() => Promise<void>} ask
 */
async function unlessItFails(ask) {
    await ask().catch(() => undefined);
}

/**
 * The groups that this live test made: those that it asked the API about by their ids, and those that the plugin named.
 * A list may have shown groups of others.
 *
 * @param {Test} test
 */
function ownIdsOf(test) {
    const own = test.record.calls.filter(({ probe }) => probe !== "look");
    const texts = own.flatMap(({ parameters, output = "" }) => [JSON.stringify(parameters), output]);
    return [...new Set(texts.flatMap((text) => text.match(/\bssg-[0-9a-z]+\b/gi) ?? []))];
}

async function version() {
    const { version } = JSON.parse(await readFile(join(ROOT, "provider", "package.json"), "utf8"));
    return textOf(version);
}
