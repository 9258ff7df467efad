import { expect } from "chai";

import { program, removeScratchFolders, scratchFolder, told } from "./scratch";

async function find(path: string): Promise<string> {
    const { fromGo } = await import("../../tools/engine/go.mjs");
    const env = { PATH: path, APP_SNAPSHOT_CACHE_DIR: scratchFolder() };
    return told(await fromGo.find({ env, log: () => undefined }));
}

describe("building the engine from its Go modules", () => {
    afterEach(removeScratchFolders);

    it("names the Go that is needed if there is none", async () => {
        expect(await find(scratchFolder())).to.match(
            /^Go 1\.\d+\.\d+ or newer is needed, and there is no go on PATH$/,
        );
    });

    it("names both versions if Go is too old", async () => {
        const folder = scratchFolder({ go: program("go version go1.22.2 linux/amd64") });
        expect(await find(folder)).to.match(
            /^Go 1\.\d+\.\d+ or newer is needed; .+ says: go version go1\.22\.2 linux\/amd64$/,
        );
    });

    it("shows the compiler's output if it fails", async () => {
        const folder = scratchFolder({
            go: '#!/bin/sh\n[ "$1" = version ] && echo go version go1.99.0 && exit\necho no such module >&2\nexit 1\n',
        });
        expect(await find(folder)).to.match(/^building the Pulumi CLI [\d.]+ failed:\nno such module$/);
    });

    it("pins the versions that it announces", async () => {
        const { readFile } = await import("node:fs/promises");
        const { ENGINE_VERSION, LANGUAGE_HOST_VERSION } = await import("../../tools/engine/version.mjs");
        const pins = async (module: string) => readFile(`tools/engine/${module}/go.mod`, "utf8");
        expect(await pins("cli")).to.contain(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION}\n`);
        expect(await pins("language-host")).to.contain(
            `github.com/pulumi/pulumi/sdk/v3 v${LANGUAGE_HOST_VERSION}\n`,
        );
    });
});
