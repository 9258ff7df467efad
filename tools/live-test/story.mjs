// What the live test tells its user before it begins.
import { fieldsOf, listIn, textOf } from "./evidence.mjs";

/**
 * @param {import("./options.mjs").Target} target
 * @param {Pick<import("./look.mjs").Look, "instance" | "disks" | "role"> & { endpoint: string }} seen
 * @param {string} report
 * @returns {string[]}
 */
export function intentions(target, { instance, disks, role, endpoint }, report) {
    const { instanceId, region, ramRole, roleAttachment, failingPreScript, excludeDisks } = target;
    const names = [
        textOf(instance["InstanceName"]),
        textOf(instance["OSNameEn"]) || textOf(instance["OSName"]),
    ];
    const sizes = disks.map((disk) => `${textOf(disk["DiskId"])} (${textOf(disk["Size"])} GiB)`);
    const experiments = [
        ...(failingPreScript ? ["one whose pre-script fails"] : []),
        ...(excludeDisks.length > 0 ? [`one without ${excludeDisks.join(" and ")}`] : []),
    ];
    return [
        "This takes real snapshots and deletes them again.",
        `  Instance: ${[instanceId, ...names.filter((text) => text !== "")].join(", ")}, in ${region}`,
        `  Endpoint: ${endpoint}`,
        `  Disks:    ${sizes.join(", ")}`,
        "",
        "The authors of this package have never run it on the live cloud. You run it at your own risk: choose an instance for",
        "tests, not a production database.",
        "",
        "On the instance, Cloud Assistant runs a command that only reads, and on Linux two scripts that only print a line.",
        "It also runs the vendor's snapshot plugin, which freezes the file systems for about a second, and which the agent",
        "installs first if it is missing. Nothing is stopped or restarted.",
        ...(experiments.length === 0
            ? []
            : [`Besides the main snapshot it tries ${experiments.join(" and ")}.`]),
        roleLine(role, ramRole, roleAttachment),
        "",
        "Cost: the storage of the snapshots until they are deleted, in a few minutes; a started hour counts as an hour. Where",
        "instant access is charged, the region's default for it applies. The prices of the region are on the vendor's page",
        "about the billing of snapshots; docs/costs-and-limits.md tells what is known.",
        "",
        "It makes some hundred calls of the API, most of them look-ups. It leaves nothing in the cloud but entries in the",
        "history of Cloud Assistant and in the audit log.",
        `The report will be in ${report}.`,
        "Ctrl-C ends it after the step in progress, and deletes the snapshots.",
        // A name could otherwise change what the terminal shows.
    ].map((line) => line.replace(/\p{Cc}/gu, "\ufffd"));
}

/**
 * @param {string} role
 * @param {string} ramRole
 * @param {import("./options.mjs").Target["roleAttachment"]} roleAttachment
 */
function roleLine(role, ramRole, roleAttachment) {
    if (role === ramRole) return `The instance has the RAM role ${ramRole}; that stays so.`;
    if (role !== "") {
        return `The instance has the RAM role ${role}, so the snapshot will be refused: it needs ${ramRole}.`;
    }
    return roleAttachment === "temporary"
        ? `The RAM role ${ramRole} is attached for each snapshot, and detached again; meanwhile the instance has a tag.`
        : `The instance has no RAM role, so the snapshot will be refused: attach ${ramRole} before.`;
}

/**
 * The snapshots that the program declares.
 *
 * @param {import("./stack.mjs").Setting} setting
 * @param {"linux" | "windows"} osType
 */
export function declarations({ name, target }, osType) {
    const { instanceId, ramRole, roleAttachment, excludeDisks } = target;
    const common = {
        instanceId,
        ramRoleName: ramRole,
        roleAttachment,
        tags: { "live-test": name },
        description: "Taken by npm run live-test",
    };
    const scripts = (/** @type {number} */ exitCode) =>
        osType === "windows"
            ? {}
            : { linux: { preScript: says("pre", exitCode), postScript: says("post", 0) } };
    const main = { ...common, ...scripts(0) };
    return {
        main,
        changed: {
            ...main,
            tags: { "live-test": name, changed: "yes" },
            description: "Changed by npm run live-test",
        },
        failingPreScript: { ...common, ...scripts(1) },
        excludingDisks: { ...main, excludeDiskIds: excludeDisks },
    };
}

/**
 * @param {string} what
 * @param {number} exitCode
 */
function says(what, exitCode) {
    return `#!/bin/sh\necho 'the ${what}-script of the live test'\nexit ${exitCode}\n`;
}

/**
 * @param {import("./evidence.mjs").Fields} instance
 * @returns {"linux" | "windows"}
 */
export function osTypeOf(instance) {
    return textOf(instance["OSType"]).toLowerCase() === "windows" ? "windows" : "linux";
}

/**
 * @param {import("./evidence.mjs").Fields} instance
 */
export function tagsOf(instance) {
    return new Map(
        listIn({ body: instance }, "Tags.Tag").map((tag) => {
            const { TagKey, TagValue } = fieldsOf(tag);
            return [textOf(TagKey), textOf(TagValue)];
        }),
    );
}
