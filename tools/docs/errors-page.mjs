// Makes docs/errors.md from the compiled error tables.
import { code, inline, table } from "./markdown.mjs";

/**
 * @typedef {import("../../provider/dist/errors/error-entry.js").ErrorEntry} ErrorEntry
 * @typedef {import("../../provider/dist/errors/exit-codes.js").ExitCodeEntry} ExitCodeEntry
 * @typedef {import("../../provider/dist/errors/api-errors.js").ApiErrorEntry} ApiErrorEntry
 */

/** Exit codes from here on are the plugin manager's, except for the plugin's own 255. */
const FIRST_OF_MANAGER = 126;
const LAST_OF_PLUGIN = 255;

/** @returns {Promise<string>} The page, not formatted yet. */
export async function errorsPage() {
    const { apiErrors, noAnswer, apiErrorEntry } = await import("../../provider/dist/errors/api-errors.js");
    const { AppSnapshotError, combine } = await import("../../provider/dist/errors/app-snapshot-error.js");
    const { circumstancesOf } = await import("../../provider/dist/errors/circumstances.js");
    const { specify } = await import("../../provider/dist/inputs/specification.js");
    const { deliveryErrors } = await import("../../provider/dist/errors/delivery-errors.js");
    const { exitCodes, exitCodeEntry } = await import("../../provider/dist/errors/exit-codes.js");
    const { ownErrors } = await import("../../provider/dist/errors/own-errors.js");

    const instanceId = "i-bp1xxxxxxxxxxxxxxxxx";
    const linux = { preScriptPath: "/root/prescript.sh", postScriptPath: "/root/postscript.sh" };
    const example = new AppSnapshotError(exitCodeEntry(11), {
        instanceId,
        circumstances: circumstancesOf(specify({ instanceId, linux }), "linux"),
        exitCode: 11,
        detail: "Freeze fs failed: /var/lib/postgresql",
        resources: { invokeId: "t-hz0xxxxxxxxxxxx" },
    });
    const several = combine([
        new AppSnapshotError(ownErrors.AgentOffline),
        new AppSnapshotError(ownErrors.NoEssdDisk),
    ]);
    const coded = Object.entries(exitCodes).map(([exitCode, entry]) => ({
        exitCode: Number(exitCode),
        entry,
    }));
    const isManagers = (/** @type {number} */ exitCode) =>
        exitCode >= FIRST_OF_MANAGER && exitCode !== LAST_OF_PLUGIN;
    const undocumented = exitCodeEntry(-1);
    const unlisted = apiErrorEntry("unlisted");

    return `<!-- Written by \`npm run docs\` from the tables in provider/src/errors. Change those, then run it again. -->

# Errors

## How to read an error

\`\`\`text
${example.message}
\`\`\`

1. The first line has the **code**, which is stable and listed below, what happened, the instance, and the exit code of the command if it had one.
2. **Details** are what is known of this case: a name, a status, the words of the plugin or of the API.
3. **What to do** is the remedy. The tables below have all that it may say. An error says only what applies to its operating system, its scripts and the options that are set, and it names the RAM role.
4. **In the cloud** are the ids of what exists now: the snapshot group, the invocation of Cloud Assistant, the API's request. Without that line nothing is known to be left.

All problems are reported in one error, \`${several.code}\`, as a numbered list. ${inline(several.remedy)}

Under Pulumi a failure that leaves something to be finished begins with \`1 error occurred:\`; the resource is in the state then, and the next \`pulumi up\` goes on from there. What is wrong with the inputs themselves comes earlier, in the preview, and has no code: \`resource 'before-migration' has a problem: linux.preScriptPath must be …\`.

In the tables, **Group?** tells whether a snapshot group may exist although the command failed. If so, the package looks for it by its name and deletes it, or keeps it with \`onDegraded: "keep"\`. If it can't delete it, the error names it.

## Exit codes of the snapshot plugin

The plugin ended with an error of its own. 0 is success; that a successful run was also a consistent one is proved separately, see \`${ownErrors.Degraded.code}\`.

${exitCodeTable(coded.filter(({ exitCode }) => !isManagers(exitCode)))}

## Exit codes of the plugin manager and of the shell

\`acs-plugin-manager\` belongs to the Cloud Assistant agent; it fetches the plugin and starts it. 126 and 127 are the shell's, when it can't start the manager.

${exitCodeTable(coded.filter(({ exitCode }) => isManagers(exitCode)))}

Any other exit code is reported as ${code(undocumented.code)}: ${inline(undocumented.cause)}. ${inline(undocumented.remedy)}

## Delivery

Cloud Assistant did not bring the command to the instance, or did not see it through. The codes are those of the invocation's result, or its status with \`Invocation\` before it.

${table(
    ["Code", "What happened", "What to do", "Group?"],
    deliveryErrors.map((entry) => [
        code(entry.code),
        inline(entry.cause),
        inline(entry.remedy),
        mayExist(entry.groupMayExist),
    ]),
)}

## API

The ECS API refused a call. The code is the API's own; the details have the operation and the API's words. Faults that pass (conflicts, broken connections) are reported only after they were retried for two and a half minutes, throttling for five. The first row that fits counts.

${table(
    ["Code", "What happened", "What to do"],
    [
        ...apiErrors.map((entry) => [pattern(entry), inline(entry.cause), inline(entry.remedy)]),
        ["any other", inline(unlisted.cause), inline(unlisted.remedy)],
        [code(noAnswer.code), inline(noAnswer.cause), inline(noAnswer.remedy)],
    ],
)}

## The package's own

${table(
    ["Code", "What happened", "What to do"],
    [
        ...Object.values(ownErrors).map((/** @type {ErrorEntry} */ entry) => [
            code(entry.code),
            inline(entry.cause),
            inline(entry.remedy),
        ]),
        [
            code(several.code),
            "more than one problem was found; the details list them",
            inline(several.remedy),
        ],
    ],
)}
`;
}

/** @param {{ exitCode: number, entry: ExitCodeEntry }[]} rows */
function exitCodeTable(rows) {
    return table(
        ["Exit code", "Code", "What happened", "What to do", "Group?"],
        rows
            .toSorted((a, b) => a.exitCode - b.exitCode)
            .map(({ exitCode, entry }) => [
                String(exitCode),
                code(entry.code),
                inline(entry.cause),
                inline(entry.remedy + retried(entry.retry)),
                mayExist(entry.groupMayExist),
            ]),
    );
}

/** @param {ExitCodeEntry["retry"]} retry */
function retried(retry) {
    switch (retry) {
        case "once":
            return " It was tried twice already.";
        case "after-attach":
            return " After the package itself attached the role, it tried again for two minutes.";
        case "when-idle":
            return " It was tried again until the time for the snapshot was over.";
        case undefined:
            return "";
    }
}

/** @param {boolean} possible */
function mayExist(possible) {
    return possible ? "possibly" : "no";
}

/** @param {ApiErrorEntry} entry */
function pattern({ code: text, matches }) {
    switch (matches) {
        case "exactly":
            return code(text);
        case "prefix":
            return `${code(text)}, ${code(`${text}.…`)}`;
        case "part":
            return code(`…${text}…`);
    }
}
