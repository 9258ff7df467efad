// The vendor's distribution of the engine, through the installer in Pulumi's Automation API.
import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { capture, tail } from "../process.mjs";
import { install } from "./cache.mjs";
import { ENGINE_VERSION } from "./version.mjs";

const INSTALLER = fileURLToPath(new URL("vendor-installer.mjs", import.meta.url));
const SDK = fileURLToPath(new URL("../../node_modules/@pulumi/pulumi/automation/index.js", import.meta.url));
const TIME_LIMIT_SECONDS = 180;

/** @type {import("./ensure.mjs").Source} */
export const fromVendor = {
    name: "the vendor's installer",
    find: async ({ env, log }) => {
        if (!existsSync(SDK))
            return { reason: "it comes with @pulumi/pulumi, which is not installed (npm ci)" };
        log(`asking the vendor's installer for the Pulumi CLI ${ENGINE_VERSION}`);
        return install(env, async (folder) => {
            // A process of its own, so that the time limit can end it.
            const root = join(folder, "root");
            const { code, stderr } = await capture(process.execPath, [INSTALLER, SDK, root, ENGINE_VERSION], {
                env,
                timeLimitSeconds: TIME_LIMIT_SECONDS,
            });
            if (code !== 0) return tail(stderr, 3);
            const bin = join(root, "bin");
            for (const name of await readdir(bin)) await rename(join(bin, name), join(folder, name));
            await rm(root, { recursive: true, force: true });
            return undefined;
        });
    },
};
