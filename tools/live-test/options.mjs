// The command line of the live test.
import { optionsOf } from "../options.mjs";
import { progress } from "../process.mjs";

const USAGE = `Usage: npm run live-test -- --instance-id ID --region ID [options]
       npm run live-test -- --destroy [--report FOLDER]

Runs the whole life of a snapshot on an instance of yours, with the real Pulumi engine: it checks the instance, takes a
snapshot, refreshes and changes it, deletes it, and looks whether anything is left. It says before what it does, and asks.
It writes what the cloud answered, and which open questions that settles, to a folder. docs/live-test.md tells more.

  --instance-id ID         the instance; better one for tests than one in production
  --region ID              its region
  --ram-role NAME          the RAM role for the plugin (default AppSnapshotRoleName)
  --role-attachment HOW    temporary: attach the role for each snapshot, and detach it again (default); none: it is
                           attached already
  --failing-pre-script     also try a snapshot whose pre-script fails
  --exclude-disks IDS      also try a snapshot without these disks, two or more with commas between
  --report FOLDER          where to write the report; it must not exist (default live-test-report)
  --yes                    don't ask
  --destroy                only finish a live test that was killed: delete its snapshots and look again
  --help                   print this

Credentials come from the environment or the profile file, as for the package: docs/configuration.md. Exit codes: 0 all
steps succeeded and nothing is left, 1 a step failed or something is left, 2 wrong usage.
`;

const DEFAULT_REPORT = "live-test-report";

/**
 * @typedef {object} Target What the live test works on, and how.
 * @property {string} instanceId
 * @property {string} region
 * @property {string} ramRole
 * @property {"temporary" | "none"} roleAttachment
 * @property {boolean} failingPreScript
 * @property {readonly string[]} excludeDisks
 *
 * @typedef {{ report: string, yes: boolean, target: Target }} NewTest
 * @typedef {{ report: string, target?: undefined }} UnfinishedTest
 */

/**
 * Reads the command line; undefined if help or an error was printed.
 *
 * @returns {NewTest | UnfinishedTest | undefined}
 */
export function readCommandLine() {
    const values = optionsOf(USAGE, {
        "instance-id": { type: "string" },
        region: { type: "string" },
        "ram-role": { type: "string" },
        "role-attachment": { type: "string" },
        "failing-pre-script": { type: "boolean" },
        "exclude-disks": { type: "string" },
        report: { type: "string" },
        yes: { type: "boolean" },
        destroy: { type: "boolean" },
    });
    if (!values) return undefined;
    const chosen = choose(values);
    if (typeof chosen === "object") return chosen;
    progress(`${chosen}\nRun it with --help for the options.`);
    process.exitCode = 2;
    return undefined;
}

/**
 * Returns what is to be done, or what is wrong with the options. Pure.
 *
 * @param {Readonly<Record<string, string | boolean | undefined>>} values
 * @returns {NewTest | UnfinishedTest | string}
 */
export function choose(values) {
    const report = text(values["report"]) ?? DEFAULT_REPORT;
    if (values["destroy"] === true) {
        const other = Object.keys(values).find((name) => !["destroy", "report"].includes(name));
        return other === undefined ? { report } : `--${other} does not go with --destroy.`;
    }
    const instanceId = text(values["instance-id"]);
    const region = text(values["region"]);
    if (!instanceId || !/^i-[0-9a-z]+$/i.test(instanceId))
        return "--instance-id must be an id such as i-bp1….";
    if (!region || !/^[a-z]+(-[a-z0-9]+)+$/.test(region))
        return "--region must be an id such as cn-hangzhou.";
    const roleAttachment = text(values["role-attachment"]) ?? "temporary";
    if (roleAttachment !== "temporary" && roleAttachment !== "none") {
        return "--role-attachment must be temporary or none; keep would leave the role attached.";
    }
    const excludeDisks = (text(values["exclude-disks"]) ?? "").split(",").filter((id) => id !== "");
    if (values["exclude-disks"] !== undefined && excludeDisks.length < 2) {
        return "--exclude-disks must be two or more ids with commas between: one disk settles no question.";
    }
    const ramRole = text(values["ram-role"]) ?? "AppSnapshotRoleName";
    const failingPreScript = values["failing-pre-script"] === true;
    /** @type {Target} */
    const target = { instanceId, region, ramRole, roleAttachment, failingPreScript, excludeDisks };
    return { report, yes: values["yes"] === true, target };
}

/** @param {string | boolean | undefined} value */
function text(value) {
    return typeof value === "string" ? value : undefined;
}
