import { join } from "node:path";

import { expect } from "chai";

import { root } from "../docs/support/markdown";
import { ensuredEngineFolder } from "./support/engine-folder";

describe("npm run pictures", () => {
    it("draws the pictures that the documentation has", async function () {
        const { ENGINE_VERSION } = await import("../../tools/engine/version.mjs");
        const { unfitness } = await import("../../tools/pictures/machine.mjs");
        const { capture } = await import("../../tools/process.mjs");
        const engine = join(await ensuredEngineFolder(), "pulumi");
        const { stdout: version } = await capture(engine, ["version"]);
        const reason = unfitness(process.platform, version, ENGINE_VERSION);
        if (reason !== undefined) {
            console.log(`    skipped: ${reason}`);
            this.skip();
        }
        const { code, stderr } = await capture(process.execPath, [
            join(root, "tools", "pictures.mjs"),
            "--check",
        ]);
        expect(code, stderr).to.equal(0);
    });
});
