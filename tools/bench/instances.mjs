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
 * Returns instances that have what a snapshot needs, the role included, and how the emulator runs their commands.
 *
 * One instance runs them as usual. Many instances have this machine in common, whose time is not theirs: there, the
 * shell runs a command once for all instances of a RunCommand. It can do so because they have no file system in memory,
 * in which a command would keep the output of the scripts. The scripts on them are files without content, for which
 * the plugin starts no process.
 *
 * @param {readonly number[]} pluginTimesMs How long the plugin takes on each instance.
 * @returns {Required<Pick<import("pulumi-alicloud-app-snapshot-emulator").EmulatorOptions, "fixture" | "behaviour" | "commands">>}
 */
export function instancesOf(pluginTimesMs) {
    /** @type {typeof import("pulumi-alicloud-app-snapshot-emulator")} */
    const { manyInstances } = createRequire(import.meta.url)("pulumi-alicloud-app-snapshot-emulator");
    const fixture = manyInstances(pluginTimesMs.length, {
        ...{ role: true, scripts: true },
        pluginMs: (index) => pluginTimesMs[index] ?? 0,
    });
    if (pluginTimesMs.length === 1) return { fixture, behaviour: {}, commands: "executed" };
    for (const instance of fixture.instances) {
        for (const file of instance.files ?? []) delete file.content;
    }
    return { fixture, behaviour: { runtimeDirectories: "disk" }, commands: "sampled" };
}
