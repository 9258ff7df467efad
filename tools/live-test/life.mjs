// The life of a snapshot on a real instance, from the check of the instance to the look at what is left.
import { mkdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";

import { ROOT } from "../setup.mjs";
import { connect } from "./cloud.mjs";
import { pluginRuns, subjectOf, textOf } from "./evidence.mjs";
import { look, lookForRemains } from "./look.mjs";
import { preflight } from "./preflight.mjs";
import { askAboutDeletedGroup, askAboutSnapshot, askAboutUpload } from "./probes.mjs";
import { answersOf } from "./questions.mjs";
import { CallLog, writeReport } from "./report.mjs";
import { createStack, openStack } from "./stack.mjs";
import { declarations, intentions, osTypeOf } from "./story.mjs";

/**
 * @typedef {import("./stack.mjs").Stack} Stack
 * @typedef {import("./cloud.mjs").Cloud} Cloud
 *
 * @typedef {object} Services
 * @property {string} engine The folder of the engine.
 * @property {NodeJS.ProcessEnv} environment With the credentials.
 * @property {(line: string) => void} say
 * @property {(text: string) => void} show Shows what the engine prints.
 * @property {() => Promise<boolean>} confirm
 * @property {() => boolean} isInterrupted
 * @property {(ms: number) => Promise<void>} pause
 *
 * @typedef {object} Test
 * @property {Stack} stack
 * @property {Cloud} cloud
 * @property {CallLog} record
 * @property {import("./evidence.mjs").Step[]} steps
 */

/** Deletion may fail because another operation is in progress. */
const DESTROY_ATTEMPTS = 3;
const DESTROY_PAUSE_MS = 20_000;

const ENGINE_PAUSE_MS = 2_000;

/** The exit code of `app-snapshot orphans`. */
const ORPHANS_FOUND = 3;

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
 * Makes the folder of the report, looks at the instance, asks the user, and makes the stack. Nothing in the cloud is
 * changed.
 *
 * @param {string} report
 * @param {import("./options.mjs").NewTest} options
 * @param {import("./options.mjs").Target} target
 * @param {Services} services
 * @returns {Promise<Test | undefined>} Undefined if the user does not want it.
 */
async function begin(report, { yes }, target, { engine, environment, say, show, confirm }) {
    await makeFolder(report);
    try {
        const record = new CallLog(report);
        const cloud = await connect({
            region: target.region,
            environment,
            record: (call) => record.add(call),
        });
        const before = await look(cloud, target.instanceId);
        for (const line of intentions(target, before, report)) say(line);
        if (!yes && !(await confirm())) {
            await rm(report, { recursive: true, force: true });
            say("Nothing was done.");
            return undefined;
        }
        const startedAt = new Date().toISOString();
        const name = `live-test-${startedAt.replace(/\.\d+Z$/, "").replace(/\D/g, "")}`;
        const setting = { name, startedAt, target, before };
        const stack = await createStack({
            engine,
            environment,
            show,
            folder: join(report, "stack"),
            setting,
        });
        return { stack, cloud, record, steps: [] };
    } catch (thrown) {
        await rm(report, { recursive: true, force: true });
        throw thrown;
    }
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
 * @returns {Promise<Test>}
 */
async function resume(report, { engine, environment, say, show, pause }) {
    const stack = await openStack({ engine, environment, show, folder: join(report, "stack") });
    if (await stack.isInUse())
        say("The engine of the killed live test is still at work; waiting for its end.");
    while (await stack.isInUse()) await pause(ENGINE_PAUSE_MS);
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
    return { stack, cloud, record, steps: [] };
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

/**
 * Deletes the snapshots, looks at what is left, and writes the report. It runs whatever has happened before.
 *
 * @param {Test} test
 * @param {string} report
 * @param {Services} services
 */
async function end(test, report, { say, pause }) {
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
    await writeReport(report, { answers, subject, steps, remains, version: await version() });
    say(failed.length === 0 ? "All steps succeeded." : `Failed: ${failed.join(", ")}.`);
    say(
        `The report is in ${report}; begin with answers.md. docs/live-test.md tells how to read and send it.`,
    );
    return isClean && failed.length === 0;
}

/**
 * @param {Test} test
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.title
 * @param {() => Promise<boolean>} options.run
 * @param {(line: string) => void} options.say
 */
async function step(test, { name, title, run, say }) {
    const { stack, cloud, record, steps } = test;
    say(`\n== ${title}`);
    record.step = name;
    const succeeded = await orFailure(run, say);
    await record.collect(stack.callsFile("doctor"));
    await orFailure(async () => {
        for (const invokeId of new Set(pluginRuns(evidenceOf(test), name))) await cloud.outputOf(invokeId);
        return true;
    }, say);
    if (!succeeded) say(`This step failed: ${name}.`);
    steps.push({ name, succeeded });
    return succeeded;
}

/**
 * @param {() => Promise<boolean>} run
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} False if it failed; then the reason was told.
 */
async function orFailure(run, say) {
    try {
        return await run();
    } catch (thrown) {
        say(thrown instanceof Error ? thrown.message : String(thrown));
        return false;
    }
}

/** The number of commands so far: each has a file of its own for its calls. */
let commands = 0;

/**
 * Runs a command of the engine, and adds its calls to the record.
 *
 * @param {Test} test
 * @param {string} command
 * @param {string[]} flags
 */
async function pulumi({ stack, record }, command, ...flags) {
    const callsFile = stack.callsFile(`${command}-${commands++}`);
    const { succeeded } = await stack.pulumi(
        [command, "--yes", "--skip-preview", ...flags, "--stack", stack.setting.name],
        { callsFile },
    );
    await record.collect(callsFile);
    return succeeded;
}

/**
 * Makes calls whose answers are only interesting.
 *
 * @param {() => Promise<void>} ask
 */
async function unlessItFails(ask) {
    await ask().catch(() => undefined);
}

/** @param {Stack} stack */
async function groupIdIn(stack) {
    const { output } = await stack.pulumi(["stack", "output", "snapshot", "--stack", stack.setting.name], {
        quiet: true,
    });
    const [id] = /\bssg-[0-9a-z]+\b/i.exec(output) ?? [];
    if (id === undefined) throw new Error("The stack has no snapshot.");
    return id;
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

/**
 * @param {Test} test
 * @returns {import("./evidence.mjs").Evidence}
 */
function evidenceOf({ record, steps, stack }) {
    const { instanceId, excludeDisks } = stack.setting.target;
    return { calls: record.calls, steps, instanceId, excludeDisks };
}

async function version() {
    const { version } = JSON.parse(await readFile(join(ROOT, "provider", "package.json"), "utf8"));
    return textOf(version);
}
