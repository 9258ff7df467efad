// The facts about the machine that matter to a measurement.
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";

import { withEngine } from "../engine.mjs";
import { capture } from "../process.mjs";
import { ROOT } from "../setup.mjs";

/**
 * @param {string} engine
 * @returns {Promise<import("./report.mjs").Machine>}
 */
export async function describeMachine(engine) {
    const processors = cpus();
    const { stdout } = await capture("pulumi", ["version"], {
        env: withEngine({ ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" }, engine),
    });
    const sdk = JSON.parse(
        await readFile(join(ROOT, "node_modules", "@pulumi", "pulumi", "package.json"), "utf8"),
    );
    return {
        cores: processors.length,
        processor: processors[0]?.model.trim() ?? "unknown",
        node: process.versions.node,
        pulumi: stdout.trim().replace(/^v/, ""),
        sdk: sdk.version,
    };
}
