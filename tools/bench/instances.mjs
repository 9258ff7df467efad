// The instances of a measurement, and the scripts of their snapshots.
import { createRequire } from "node:module";

/** The scripts that are on the instances. */
export const INSTALLED_SCRIPTS = {
    preScriptPath: "/root/app-snapshot/prescript.sh",
    postScriptPath: "/root/app-snapshot/postscript.sh",
};

/** Scripts that have to be delivered. */
export const DELIVERED_SCRIPTS = { preScript: "#!/bin/sh\nexit 0\n", postScript: "#!/bin/sh\nexit 0\n" };

/**
 * Returns a fixture of instances that have what a snapshot needs, the role included.
 *
 * @param {readonly number[]} pluginTimesMs How long the plugin takes on each instance.
 */
export function fixtureOf(pluginTimesMs) {
    /** @type {typeof import("pulumi-alicloud-app-snapshot-emulator")} */
    const { manyInstances } = createRequire(import.meta.url)("pulumi-alicloud-app-snapshot-emulator");
    return manyInstances(pluginTimesMs.length, {
        ...{ role: true, scripts: true },
        pluginMs: (index) => pluginTimesMs[index] ?? 0,
    });
}
