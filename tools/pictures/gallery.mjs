// The pictures of the documentation, made from the outputs of runs.
import { styledLines, wrapped } from "./colours.mjs";
import { constant, lasting } from "./constant.mjs";
import { DOCTOR_OPTIONS } from "./runs.mjs";
import { terminalPicture } from "./svg.mjs";

/**
 * @typedef {object} Picture
 * @property {string} path In the repository.
 * @property {"success" | "failure" | "doctor"} run
 * @property {string} command As it is typed.
 * @property {string} title
 * @property {string} description
 */

const UP = "pulumi up --yes --skip-preview --non-interactive";

/** @type {readonly Picture[]} */
const PICTURES = [
    {
        path: "docs/pictures/success.svg",
        run: "success",
        command: UP,
        title: "pulumi up takes a snapshot",
        description:
            "A row for each step: checking the instance, attaching the RAM role, delivering the scripts, starting the snapshot plugin. Then what the two scripts printed, and the new snapshot group with two snapshots. The outputs follow: the consistency is application.",
    },
    {
        path: "docs/pictures/failure.svg",
        run: "failure",
        command: UP,
        title: "pulumi up finds the agent offline",
        description:
            "The update fails before anything is done to the instance. The error has the code AgentOffline, the instance, what to do about it, and the command that explains more.",
    },
    {
        path: "docs/pictures/doctor.svg",
        run: "doctor",
        command: `npx app-snapshot doctor ${DOCTOR_OPTIONS.join(" ")}`,
        title: "The doctor finds the agent offline",
        description:
            "A line for each check of the connection, the instance and the permissions: ok in green, not checked in grey, and one problem in red, AgentOffline, with its remedy.",
    },
];

const COLUMNS = 120;

/** The real name of the stack contains the id of a process. */
const STACK = "production";

/**
 * @param {import("./runs.mjs").Runs} runs
 * @returns {ReadonlyMap<string, string>} The pictures by their paths in the repository.
 */
export function drawn(runs) {
    const names = new Map([[runs.stack, STACK]]);
    return new Map(
        PICTURES.map(({ path, run, command, title, description }) => {
            const output = styledLines(constant(runs[run], names).trimEnd());
            const prompt = styledLines(`\u001b[1m$ ${command}\u001b[0m`);
            const lines = [...prompt, ...lasting(output)].flatMap((line) => wrapped(line, COLUMNS));
            return [path, terminalPicture({ title, description, columns: COLUMNS, lines })];
        }),
    );
}
