// The emulated instance of the demo: one of the emulator's default fixture, and stubs of programs for it.
import { join } from "node:path";

import { ROOT } from "../setup.mjs";

/** Linux, a system disk and a data disk, no role yet. */
export const INSTANCE_ID = "i-bp1linuxdb0000000001";

/** A folder of stubs: they answer on the instance for PostgreSQL, its system user and root. */
export const PROGRAMS = join(ROOT, "tools", "demo", "programs");

/** The recipes' scripts read /proc. */
const canRunRecipes = process.platform === "linux";

/**
 * The configuration of a stack that runs the quickstart example on the instance.
 *
 * @param {string} runDirectory Where the recipe's scripts keep their state. Only root can make the default one.
 * @returns {Record<string, unknown>}
 */
export function configuration(runDirectory) {
    return {
        "alicloud:region": "cn-hangzhou",
        "app-consistent-snapshot:instanceId": INSTANCE_ID,
        ...(canRunRecipes
            ? { "app-consistent-snapshot:postgresql": { runDirectory } }
            : {
                  "app-consistent-snapshot:preScriptPath": "/root/app-snapshot/prescript.sh",
                  "app-consistent-snapshot:postScriptPath": "/root/app-snapshot/postscript.sh",
              }),
    };
}

/** The sentences about the scripts. */
export const ABOUT_SCRIPTS = canRunRecipes
    ? [
          "It has no PostgreSQL: the stubs in tools/demo/programs answer for psql and for the instance's users. The recipe's",
          "scripts really run, on this machine: one turns backup mode on, the other proves that it was on all the time. The",
          "freeze between them is only emulated: no file system of this machine is frozen.",
      ]
    : [
          "The recipe's scripts run on Linux only, and this machine has another system. Instead the program uses two scripts",
          "that are on the instance already and do nothing. The freeze is only emulated.",
      ];
