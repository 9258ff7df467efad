import { join } from "node:path";

import { expect } from "chai";

import { root } from "../docs/support/markdown";
import { ensuredEngineFolder } from "./support/engine-folder";

describe("npm run pictures", () => {
    it("draws the pictures that the documentation has", async function () {
        const { ENGINE_VERSION } = await import("../../tools/engine/version.mjs");
        const { capture } = await import("../../tools/process.mjs");
        const engine = join(await ensuredEngineFolder(), "pulumi");
        const { stdout: version } = await capture(engine, ["version"]);
        if (process.platform !== "linux" || version.trim().replace(/^v/, "") !== ENGINE_VERSION) {
            console.log(
                `    skipped: the pictures are those of Linux and version ${ENGINE_VERSION} of the engine`,
            );
            this.skip();
        }
        const { code, stderr } = await capture(process.execPath, [
            join(root, "tools", "pictures.mjs"),
            "--check",
        ]);
        expect(code, stderr).to.equal(0);
    });
});
