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
    const { circumstancesOf } = await import("../../provider/dist/core/inputs/circumstances.js");
    const { specify } = await import("../../provider/dist/core/inputs/specification.js");
    const { deliveryErrors } = await import("../../provider/dist/errors/delivery-errors.js");
    const { doctorErrors } = await import("../../provider/dist/errors/doctor-errors.js");
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
2. **Details** are the facts about this case: a name, a status, the message of the plugin or the API.
3. **What to do** is the remedy. The tables below show its full text. An actual error contains only the parts that apply to the operating system, the scripts and the options that are set, and it names the RAM role.
4. **In the cloud** lists the ids of what exists now: the snapshot group, the Cloud Assistant invocation, the API request. Without that line, nothing is known to be left.

All problems are reported in one error, \`${several.code}\`, as a numbered list. ${inline(several.remedy)}

If a failure leaves work unfinished, Pulumi's message begins with \`1 error occurred:\`; the resource is then in the state, and the next \`pulumi up\` continues from there. Invalid inputs are reported earlier, in the preview, without a code: \`resource 'before-migration' has a problem: linux.preScriptPath must be …\`.

In the tables, **Group?** tells whether a snapshot group may exist although the command failed. If so, the package looks for the group by its name and deletes it, or keeps it with \`onDegraded: "keep"\`. If the package can't delete the group, the error names it.

## Exit codes of the snapshot plugin

The plugin reported an error. 0 means success; the consistency of a successful run is verified separately, see \`${ownErrors.Degraded.code}\`.

${exitCodeTable(coded.filter(({ exitCode }) => !isManagers(exitCode)))}

## Exit codes of the plugin manager and of the shell

\`acs-plugin-manager\` belongs to the Cloud Assistant agent; it fetches the plugin and starts it. 126 and 127 come from the shell if it can't start the manager.

${exitCodeTable(coded.filter(({ exitCode }) => isManagers(exitCode)))}

Any other exit code is reported as ${code(undocumented.code)}: ${inline(undocumented.cause)}. ${inline(undocumented.remedy)}

## Delivery

Cloud Assistant did not deliver the command to the instance, or did not run it to completion. The codes are those of the invocation's result, or its status with the prefix \`Invocation\`.

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

The ECS API refused a call. The code is the API's own; the details contain the operation and the API's message. Transient faults (conflicts, broken connections) are reported only after two and a half minutes of retries, throttling after five. The first matching row applies.

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

## Found by \`app-snapshot doctor\` only

An update does not look for these problems: it would fail in the plugin. See [Doctor](doctor.md).

${table(
    ["Code", "What happened", "What to do"],
    Object.values(doctorErrors).map((/** @type {ErrorEntry} */ entry) => [
        code(entry.code),
        inline(entry.cause),
        inline(entry.remedy),
    ]),
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
            return " The package has already tried twice.";
        case "after-attach":
            return " If the package itself attached the role, it has already retried for two minutes.";
        case "when-idle":
            return " The package has already retried until the deadline of the snapshot.";
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
