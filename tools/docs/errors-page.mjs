// Makes docs/errors.md from the compiled error tables.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { circumstancesOf } from "../../provider/dist/core/inputs/circumstances.js";
import { specify } from "../../provider/dist/core/inputs/specification.js";
import { anchorOf } from "../../provider/dist/errors/address.js";
import { AppSnapshotError } from "../../provider/dist/errors/app-snapshot-error.js";
import { errorGroups } from "../../provider/dist/errors/catalogue.js";
import { exitCodeEntry } from "../../provider/dist/errors/exit-codes.js";
import { again, explanationOf, remains } from "../../provider/dist/errors/explanation.js";
import { instanceStates } from "../../provider/dist/errors/instance-state.js";
import { ownErrors } from "../../provider/dist/errors/own-errors.js";
import { groupBy } from "../../provider/dist/runtime/group-by.js";
import { ROOT } from "../setup.mjs";
import { code, headingAnchor, inline } from "./markdown.mjs";

/**
 * @typedef {import("../../provider/dist/errors/catalogue.js").ErrorGroup} ErrorGroup
 * @typedef {import("../../provider/dist/errors/explanation.js").Explanation} Explanation
 *
 * @typedef Place The place of an anchor.
 * @property {string} anchor
 * @property {Explanation[]} meanings One, or several of the same code, or of codes that differ in a dot only.
 */

const EXAMPLE = exampleError();

/** A heading to which entries link. */
const STATES = "Is something frozen or paused?";

/** @returns {Promise<string>} The page, not formatted yet. */
export async function errorsPage() {
    const all = errorGroups.flatMap((group) => group.errors.map((error) => explanationOf(error, group)));
    const places = [...groupBy(all, (one) => anchorOf(one.code))].map(([anchor, meanings]) => ({
        anchor,
        meanings,
    }));
    const titleByPage = await titles(all);
    const several = ownErrors.SeveralProblems;

    return `<!-- Written by \`npm run docs\` from the tables in provider/src/errors. Change those, then run it again. -->

# Errors

\`npx app-snapshot explain CODE\` prints the same in a terminal, without a network.

${errorGroups.map((group) => index(group, placesIn(group, places))).join("\n\n")}

## How to read an error

\`\`\`text
${EXAMPLE.shownMessage}
\`\`\`

1. The first line has the **code**, which is stable and listed below, what happened, the instance, and the exit code of the command if it had one.
2. **Details** are the facts about this case: a name, a status, the message of the plugin or the API.
3. **What to do** is the remedy. Below is its full text. An actual error contains only the parts that apply to the operating system, the scripts and the options that are set, and it names the RAM role.
4. **In the cloud** lists the ids of what exists now: the snapshot group, the Cloud Assistant invocation, the API request. Without that line, nothing is known to be left.
5. **More** names the command that explains the error, and its place on this page. These addresses never change.

All problems are reported in one error, \`${several.code}\`, as a numbered list. ${inline(several.remedy)} Its last line names the codes of the list; that of a fleet's error names those of the instances.

If a failure leaves work unfinished, Pulumi's message begins with \`1 error occurred:\`; the resource is then in the state, and the next \`pulumi up\` continues from there. Invalid inputs are reported earlier, in the preview, without a code: \`resource 'before-migration' has a problem: linux.preScriptPath must be …\`.

## ${STATES}

The list below says so for each error. Where it says nothing, ${inline(instanceStates.running.text.replace("Not by this error. But", "the error itself leaves nothing frozen or paused, but"))}

${Object.values(instanceStates)
    .filter((state) => state !== instanceStates.running && state !== instanceStates.never)
    .map(({ brief, text }) => `- **${capitalized(brief)}.** ${inline(text)}`)
    .join("\n")}

## What exists afterwards?

If the command on the instance failed, the list below says whether a snapshot group may exist. **Possibly** means: ${inline(remains.possible.replace("Possibly a snapshot group. The", "the"))}

All other errors name what exists in their line "In the cloud".

## Run \`pulumi up\` again?

First do what the remedy says, and check the instance if something may be frozen or paused. ${inline(again.safe.replace("It", "`pulumi up`"))}

${errorGroups.map((group) => section(group, placesIn(group, places), titleByPage)).join("\n\n")}
`;
}

function exampleError() {
    const instanceId = "i-bp1xxxxxxxxxxxxxxxxx";
    const linux = { preScriptPath: "/root/prescript.sh", postScriptPath: "/root/postscript.sh" };
    return new AppSnapshotError(exitCodeEntry(11), {
        instanceId,
        circumstances: circumstancesOf(specify({ instanceId, linux }), "linux"),
        exitCode: 11,
        detail: "Freeze fs failed: /var/lib/postgresql",
        resources: { invokeId: "t-hz0xxxxxxxxxxxx" },
    });
}

/**
 * Returns the places in the section of a group. A code that two groups have has one place, in the first of them.
 *
 * @param {ErrorGroup} group
 * @param {readonly Place[]} places
 */
function placesIn({ title }, places) {
    return places.filter(({ meanings }) => meanings[0]?.group === title);
}

/**
 * @param {ErrorGroup} group
 * @param {readonly Place[]} places
 */
function index({ title }, places) {
    const links = places.map(({ anchor, meanings }) => {
        const exitCode = meanings[0]?.exitCode;
        return `${exitCode === undefined ? "" : `${exitCode} `}[${codes(meanings)}](#${anchor})`;
    });
    return `**[${title}](#${headingAnchor(title)}):** ${links.join(", ")}`;
}

/** @param {readonly Explanation[]} meanings */
function codes(meanings) {
    return [...new Set(meanings.map((meaning) => meaning.code))].map(code).join(", ");
}

/**
 * @param {ErrorGroup} group
 * @param {readonly Place[]} places
 * @param {ReadonlyMap<string, string>} titleByPage
 */
function section({ title, about }, places, titleByPage) {
    const entries = places.map(
        ({ anchor, meanings }) =>
            `<a id="${anchor}"></a>\n\n### ${codes(meanings)}\n\n${distinct(meanings)
                .map((meaning) => explained(meaning, title, titleByPage))
                .join("\n\n")}`,
    );
    return `## ${title}\n\n${inline(about)}\n\n${entries.join("\n\n")}`;
}

/**
 * Leaves out meanings that differ only in the dots of their codes.
 *
 * @param {readonly Explanation[]} meanings
 */
function distinct(meanings) {
    return [...groupBy(meanings, ({ cause }) => cause).values()].flatMap(([first]) => first ?? []);
}

/**
 * @param {Explanation} meaning
 * @param {string} title The title of the section.
 * @param {ReadonlyMap<string, string>} titleByPage
 */
function explained(meaning, title, titleByPage) {
    const { exitCode, group, cause, alsoFor, remedy, state, groupMayExist, pages } = meaning;
    const { brief } = instanceStates[state];
    const [, ...others] = pages;
    const facts = [
        ...(alsoFor === undefined ? [] : [`Also for ${inline(alsoFor)}.`]),
        ...(state === "running"
            ? []
            : [`Frozen or paused: ${state === "never" ? brief : `[${brief}](#${headingAnchor(STATES)})`}.`]),
        ...(groupMayExist === undefined ? [] : [`Snapshot group: ${groupMayExist ? "possibly" : "no"}.`]),
        ...(others.length === 0
            ? []
            : [
                  `See ${others.map((page) => `[${titleByPage.get(page)}](${page.slice("docs/".length)})`).join(", ")}.`,
              ]),
    ];
    return [
        `${exitCode === undefined ? "" : `Exit code ${exitCode}: `}${group === title ? "" : `${group}: `}${inline(cause)}.`,
        `**What to do:** ${inline(remedy)}`,
        ...(facts.length === 0 ? [] : [facts.join(" ")]),
    ].join("\n\n");
}

/**
 * Returns the headings of the places to which the explanations refer.
 *
 * @param {readonly Explanation[]} explanations
 * @returns {Promise<ReadonlyMap<string, string>>}
 */
async function titles(explanations) {
    const pages = [...new Set(explanations.flatMap(({ pages: [, ...others] }) => others))];
    return new Map(
        await Promise.all(pages.map(async (page) => /** @type {const} */ ([page, await titleOf(page)]))),
    );
}

/** @param {string} page */
async function titleOf(page) {
    const [path = "", anchor] = page.split("#");
    const headings = (await readFile(join(ROOT, path), "utf8")).match(/(?<=^#+ ).*$/gm) ?? [];
    const title = headings.find((heading) => headingAnchor(heading) === anchor);
    if (title === undefined) throw new Error(`provider/src/errors names ${page}, which does not exist.`);
    return title;
}

/** @param {string} text */
function capitalized(text) {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
