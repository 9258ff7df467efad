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

/** A line of the plugin's own; scripts print others. */
const PLUGIN_LINE = /^(?:\[level="\w+"\]\[time="[^"]*"\]|\[snapshotgroup="[^"]*"\])\[message="(.*)"\]$/;

/** @param {string} output Of the command that ran the plugin, and the plugin the scripts. */
export function commandLines(output) {
    return output
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
            const [, message] = PLUGIN_LINE.exec(line) ?? [];
            return message === undefined ? `  script | ${line}` : `  plugin | ${message}`;
        });
}

/** @param {readonly Snapshot[]} snapshots The members of a group. */
export function memberLines(snapshots) {
    return snapshots.map(({ snapshotId, sourceDiskId, sourceDiskType, tags }) => {
        const pairs = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
        return `  ${snapshotId} of ${sourceDiskType} disk ${sourceDiskId}, tags: ${pairs.join(", ")}`;
    });
}

export const NEXT = [
    "  npm run emulator           keeps an emulator running for a program of your own:",
    "                             docs/getting-started.md#run-a-program-against-the-emulator",
    "  docs/recipes/README.md     recipes for MySQL, MariaDB, PostgreSQL and Redis, and how to try them on a staging host",
    "  docs/getting-started.md    the first snapshot of a real instance",
];
