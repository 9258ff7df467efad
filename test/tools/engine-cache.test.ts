import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { expect } from "chai";

import { engine, removeScratchFolders, scratchFolder, told } from "./scratch";

function load() {
    return import("../../tools/engine/cache.mjs");
}

function log() {
    return undefined;
}

/** Fills a folder with an engine's programs. */
function fillWith(files: Record<string, string>) {
    return (folder: string) => {
        for (const [name, text] of Object.entries(files))
            writeFileSync(join(folder, name), text, { mode: 0o755 });
        return Promise.resolve(undefined);
    };
}

describe("the cache folder", () => {
    it("is the one asked for", async () => {
        const { cacheFolder } = await load();
        const env = {
            APP_SNAPSHOT_CACHE_DIR: "/prepared",
            XDG_CACHE_HOME: "/xdg",
            LOCALAPPDATA: "C:\\Local",
        };
        expect(cacheFolder(env, "linux", "/home/me")).to.equal("/prepared");
        expect(cacheFolder(env, "win32", "/home/me")).to.equal("/prepared");
        expect(cacheFolder({ APP_SNAPSHOT_CACHE_DIR: "here" }, "linux", "/home/me")).to.equal(
            resolve("here"),
        );
    });

    it("is the user's cache folder otherwise", async () => {
        const { cacheFolder } = await load();
        const name = "pulumi-alicloud-app-snapshot";
        expect(cacheFolder({ XDG_CACHE_HOME: "/xdg" }, "linux", "/home/me")).to.equal(`/xdg/${name}`);
        expect(cacheFolder({}, "darwin", "/home/me")).to.equal(`/home/me/.cache/${name}`);
        expect(cacheFolder({ LOCALAPPDATA: "/local" }, "win32", "/home/me")).to.equal(join("/local", name));
    });

    it("is no relative or empty XDG_CACHE_HOME", async () => {
        const { cacheFolder } = await load();
        const fallback = "/home/me/.cache/pulumi-alicloud-app-snapshot";
        expect(cacheFolder({ XDG_CACHE_HOME: "cache" }, "linux", "/home/me")).to.equal(fallback);
        expect(cacheFolder({ XDG_CACHE_HOME: "" }, "linux", "/home/me")).to.equal(fallback);
        expect(cacheFolder({ APP_SNAPSHOT_CACHE_DIR: "" }, "linux", "/home/me")).to.equal(fallback);
    });

    it("keeps versions and kinds of machine apart", async () => {
        const { engineFolder } = await load();
        const { ENGINE_VERSION } = await import("../../tools/engine/version.mjs");
        expect(engineFolder({ APP_SNAPSHOT_CACHE_DIR: "/c" })).to.equal(
            join("/c", "engine", `${ENGINE_VERSION}-${process.platform}-${process.arch}`),
        );
    });
});

describe("the engine installed before", () => {
    let env: { readonly APP_SNAPSHOT_CACHE_DIR: string };
    let target: string;
    beforeEach(async () => {
        env = { APP_SNAPSHOT_CACHE_DIR: scratchFolder() };
        target = (await load()).engineFolder(env);
    });
    afterEach(removeScratchFolders);

    const find = async () => told(await (await load()).fromCache.find({ env, log }));

    it("is used if its installation was completed", async () => {
        const { install } = await load();
        expect(await find()).to.equal(`there is none in ${target}`);
        expect(await install(env, fillWith(engine("v3.230.0")))).to.deep.equal({ folder: target });
        expect(await find()).to.equal(`folder ${target}`);
    });

    it("is not used without the stamp that is written last", async () => {
        mkdirSync(target, { recursive: true });
        await fillWith(engine("v3.230.0"))(target);
        expect(await find()).to.equal(`${target} is incomplete: no complete`);
    });

    it("is not used if a program is missing", async () => {
        mkdirSync(target, { recursive: true });
        await fillWith({ ...engine("v3.230.0"), complete: "" })(target);
        rmSync(join(target, "pulumi-language-nodejs"));
        expect(await find()).to.equal(`${target} is incomplete: no pulumi-language-nodejs`);
    });

    it("replaces an incomplete one", async () => {
        const { install } = await load();
        mkdirSync(target, { recursive: true });
        writeFileSync(join(target, "pulumi"), "half");
        await install(env, fillWith(engine("v3.230.0")));
        expect(await find()).to.equal(`folder ${target}`);
    });

    it("leaves nothing behind when its installation fails", async () => {
        const { install } = await load();
        expect(await install(env, () => Promise.resolve("no network"))).to.deep.equal({
            reason: "no network",
        });
        expect(await install(env, fillWith({ pulumi: "" }))).to.deep.equal({
            reason: "it did not bring pulumi-language-nodejs, pulumi-resource-pulumi-nodejs",
        });
        expect(readdirSync(dirname(target))).to.deep.equal([]);
    });

    it("is complete at any time when two processes install it at once", async () => {
        const { install } = await load();
        let entered = 0;
        let release: () => void = () => undefined;
        const both = new Promise<void>((go) => (release = go));
        const slowly = async (folder: string) => {
            if (++entered === 2) release();
            await both;
            expect(existsSync(target)).to.equal(false);
            return fillWith(engine("v3.230.0"))(folder);
        };
        const outcomes = await Promise.all([install(env, slowly), install(env, slowly)]);
        expect(outcomes).to.deep.equal([{ folder: target }, { folder: target }]);
        expect(await find()).to.equal(`folder ${target}`);
        expect(readdirSync(dirname(target))).to.have.length(1);
    });
});
