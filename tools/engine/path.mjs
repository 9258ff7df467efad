// The engine that the user has installed.
import { dirname } from "node:path";

import { capture } from "../process.mjs";
import { missingCompanions, programOnPath } from "./programs.mjs";
import { isAtLeast, OLDEST_ENGINE } from "./version.mjs";

const TIME_LIMIT_SECONDS = 120;

/** @type {import("./ensure.mjs").Source} */
export const fromPath = {
    name: "pulumi on PATH",
    find: async ({ env }) => {
        const pulumi = programOnPath(env, "pulumi");
        if (!pulumi) return { reason: "there is none" };
        const { code, stdout, stderr } = await capture(pulumi, ["version"], {
            env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
            timeLimitSeconds: TIME_LIMIT_SECONDS,
        });
        if (code !== 0) return { reason: `"${pulumi} version" failed (exit code ${code}): ${stderr.trim()}` };
        const version = stdout.trim();
        if (!isAtLeast(version, OLDEST_ENGINE)) {
            return {
                reason: `${pulumi} is ${version || "of no known version"}; ${OLDEST_ENGINE} or newer is needed`,
            };
        }
        const missing = missingCompanions(env, pulumi);
        if (missing.length > 0) {
            return {
                reason: `${pulumi} is ${version}, without ${missing.join(" and ")} beside it or on PATH`,
            };
        }
        return { folder: dirname(pulumi) };
    },
};
