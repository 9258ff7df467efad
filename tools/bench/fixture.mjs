// The instances of a measurement. All of them have what a snapshot needs, the role included.
import { createRequire } from "node:module";

/** @typedef {import("pulumi-alicloud-app-snapshot-emulator").Fixture} Fixture */

const ROLE = "AppSnapshotRoleName";

/** The scripts that are on the instances. */
export const INSTALLED_SCRIPTS = {
    preScriptPath: "/root/app-snapshot/prescript.sh",
    postScriptPath: "/root/app-snapshot/postscript.sh",
};

/** Scripts that have to be delivered. */
export const DELIVERED_SCRIPTS = { preScript: "#!/bin/sh\nexit 0\n", postScript: "#!/bin/sh\nexit 0\n" };

/** @param {number} index From 0. */
export function instanceId(index) {
    return `i-bench${String(index + 1).padStart(7, "0")}`;
}

/**
 * @param {readonly number[]} pluginTimesMs How long the plugin takes on each instance.
 * @returns {Fixture}
 */
export function fixtureOf(pluginTimesMs) {
    /** @type {typeof import("pulumi-alicloud-app-snapshot-emulator")} */
    const { defaultFixture } = createRequire(import.meta.url)("pulumi-alicloud-app-snapshot-emulator");
    const { regionId, credentials, roles } = defaultFixture();
    return {
        regionId,
        credentials,
        roles,
        instances: pluginTimesMs.map((durationMs, index) => ({
            instanceId: instanceId(index),
            osType: "linux",
            osName: "Ubuntu  22.04 64 bit",
            ramRoleName: ROLE,
            disks: [{ diskId: `d-bench${index}`, type: "system", category: "cloud_essd" }],
            files: Object.values(INSTALLED_SCRIPTS).map((path) => ({
                ...{ path, owner: "root", group: "root", mode: "0700" },
            })),
            plugin: { outcomes: Array.from({ length: 4 }, () => ({ durationMs })) },
        })),
    };
}
