import { expect } from "chai";

function load() {
    return import("../../tools/setup.mjs");
}

describe("setting a clone up", () => {
    it("asks for the Node.js that the packages need", async () => {
        const { nodeProblem } = await load();
        expect(nodeProblem("20.19.0", ">=20.19.0")).to.equal(undefined);
        expect(nodeProblem("24.1.0", ">=20.19.0")).to.equal(undefined);
        expect(nodeProblem("18.20.1", ">=20.19.0")).to.equal(
            "This is Node.js 18.20.1; 20.19.0 or newer is needed. Install it, then run this again.",
        );
    });
});

describe("the installed dependencies", () => {
    const all = {
        "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
        "node_modules/b": { version: "2.0.0", integrity: "sha512-b", optional: true },
    };
    const wanted = { packages: { "": { version: "0.1.0" }, ...all } };

    it("are current if everything is installed in its locked version", async () => {
        const { isInstalled } = await load();
        expect(isInstalled(wanted, { packages: all })).to.equal(true);
    });

    it("may lack optional packages, which are for other platforms", async () => {
        const { isInstalled } = await load();
        expect(isInstalled(wanted, { packages: { "node_modules/a": all["node_modules/a"] } })).to.equal(true);
    });

    it("are not current if there are none", async () => {
        const { isInstalled } = await load();
        expect(isInstalled(wanted, undefined)).to.equal(false);
    });

    for (const { title, packages } of [
        { title: "one is missing", packages: {} },
        {
            title: "one has another version",
            packages: { ...all, "node_modules/a": { ...all["node_modules/a"], version: "1.0.1" } },
        },
        {
            title: "one has other contents",
            packages: { ...all, "node_modules/a": { ...all["node_modules/a"], integrity: "sha512-other" } },
        },
    ]) {
        it(`are not current if ${title}`, async () => {
            const { isInstalled } = await load();
            expect(isInstalled(wanted, { packages })).to.equal(false);
        });
    }
});
