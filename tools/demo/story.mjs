// The words of the demo: what the emulator holds, and what ran on its instance.

/**
 * @typedef {import("pulumi-alicloud-app-snapshot-emulator").FixtureInstance} Instance
 *
 * @typedef {import("pulumi-alicloud-app-snapshot-emulator").SnapshotState} Snapshot
 */

/** @param {Instance} instance */
export function instanceLines({ instanceId, instanceName, osName, ramRoleName, disks }) {
    return [
        `  ${instanceId} (${instanceName}), ${osName.replace(/\s+/g, " ")}`,
        ...disks.map(
            ({ diskId, type, category, size }) => `  ${type} disk ${diskId}, ${size} GiB, ${category}`,
        ),
        `  RAM role: ${ramRoleName ?? "none yet"}`,
    ];
}

/** A message of the plugin. */
const MESSAGE = /^(?:\[level="\w+"\]\[time="[^"]*"\]|\[snapshotgroup="[^"]*"\])\[message="(.*)"\]$/gm;

/** The command keeps what a script prints until its end, in base64. */
const PRINTED = /^(pre|post)-script printed: (\S+)$/gm;

/**
 * The events on the instance, in order.
 *
 * @param {string} output Of the command that ran the plugin.
 */
export function commandLines(output) {
    /** @type {Record<string, string[]>} */
    const printed = {};
    for (const [, script = "", base64 = ""] of output.matchAll(PRINTED)) {
        const text = Buffer.from(base64, "base64").toString().trimEnd();
        printed[script] = text.split("\n").map((line) => `  ${script}-script | ${line}`);
    }
    return [...output.matchAll(MESSAGE)].flatMap(([, message = ""]) => {
        const [, script = ""] = /^Run (Pre|Post)Script /.exec(message) ?? [];
        return [...(printed[script.toLowerCase()] ?? []), `  plugin | ${message}`];
    });
}

/** @param {readonly Snapshot[]} snapshots The members of a group. */
export function memberLines(snapshots) {
    return snapshots.map(({ snapshotId, sourceDiskId, sourceDiskType, tags }) => {
        const proof = Object.entries(tags).filter(([key]) => key.endsWith("Consistent"));
        return `  ${snapshotId} of ${sourceDiskType} disk ${sourceDiskId}: ${proof.map((pair) => pair.join("=")).join()}`;
    });
}

export const NEXT = [
    "  npm run emulator           keeps an emulator running for a program of your own:",
    "                             docs/getting-started.md#run-a-program-against-the-emulator",
    "  docs/recipes/README.md     recipes for MySQL, MariaDB, PostgreSQL and Redis, and how to try them on a staging host",
    "  docs/getting-started.md    the first snapshot of a real instance",
];
