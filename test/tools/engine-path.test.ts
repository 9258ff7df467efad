import { symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";

import { expect } from "chai";

import { engine, program, removeScratchFolders, scratchFolder, told } from "./scratch";

async function find(...folders: string[]): Promise<string> {
    const { fromPath } = await import("../../tools/engine/path.mjs");
    return told(await fromPath.find({ env: { PATH: folders.join(delimiter) }, log: () => undefined }));
}

describe("the engine on PATH", () => {
    afterEach(removeScratchFolders);

    it("is used if it is recent and complete", async () => {
        const folder = scratchFolder(engine("v3.216.0"));
        expect(await find(scratchFolder(), folder)).to.equal(`folder ${folder}`);
    });

    it("may have its companions elsewhere on PATH", async () => {
        const { pulumi = "", ...companions } = engine("v3.250.0");
        const folder = scratchFolder({ pulumi });
        expect(await find(folder, scratchFolder(companions))).to.equal(`folder ${folder}`);
    });

    it("may be a link to the folder of its companions", async () => {
        const folder = scratchFolder();
        symlinkSync(join(scratchFolder(engine("v3.250.0")), "pulumi"), join(folder, "pulumi"));
        expect(await find(folder)).to.equal(`folder ${folder}`);
    });

    it("is refused if it is too old", async () => {
        const folder = scratchFolder(engine("v3.215.0"));
        expect(await find(folder)).to.equal(
            `${join(folder, "pulumi")} is v3.215.0; 3.216.0 or newer is needed`,
        );
    });

    it("is refused even if a newer one follows on PATH: the first one is the one that runs", async () => {
        const old = scratchFolder(engine("v3.1.0"));
        expect(await find(old, scratchFolder(engine("v3.250.0")))).to.contain("is v3.1.0");
    });

    it("is refused without its companions", async () => {
        const folder = scratchFolder({ pulumi: program("v3.250.0") });
        expect(await find(folder)).to.contain(
            "without pulumi-language-nodejs and pulumi-resource-pulumi-nodejs beside it or on PATH",
        );
    });

    it("is refused if it does not run", async () => {
        const folder = scratchFolder({ ...engine("v3.250.0"), pulumi: program("v3.250.0", 3) });
        expect(await find(folder)).to.contain("failed (exit code 3)");
    });

    it("is reported as missing without a version", async () => {
        expect(await find(scratchFolder({ pulumi: "not executable" }))).to.equal("there is none");
    });
});
