import { expect } from "chai";

describe("the packages that an installation brings", () => {
    it("have licences that users can accept", async () => {
        const { broughtPackages } = await import("../../tools/package/brought.mjs");
        const { refusedLicenses } = await import("../../tools/package/licenses.mjs");
        const brought = broughtPackages();
        expect(brought.map(({ name }) => name)).to.include.members(["@alicloud/ecs20140526", "xml2js"]);
        expect(refusedLicenses(brought)).to.deep.equal([]);
    });

    it("are refused with another licence, or none", async () => {
        const { refusedLicenses } = await import("../../tools/package/licenses.mjs");
        const refused = refusedLicenses([
            { name: "a", license: "GPL-3.0-only" },
            { name: "b", license: "" },
            { name: "c", license: "MIT" },
        ]);
        expect(refused).to.have.length(2);
        expect(refused[0]).to.match(/^a: GPL-3\.0-only\. Replace the dependency/);
        expect(refused[1]).to.match(/^b: no licence\./);
    });

    it("name their licences in the present form or an earlier one", async () => {
        const { licenseOf } = await import("../../tools/package/brought.mjs");
        expect(licenseOf({ license: "MIT" })).to.equal("MIT");
        expect(licenseOf({ license: { type: "ISC" } })).to.equal("ISC");
        expect(licenseOf({ licenses: [{ type: "MIT" }, { type: "ISC" }] })).to.equal("MIT OR ISC");
        expect(licenseOf({})).to.equal("");
    });

    it("are found where Node.js would find them, with optional ones, but without optional peers", async () => {
        const { reachable } = await import("../../tools/package/brought.mjs");
        const version = "1.0.0";
        const lock = {
            "node_modules/a": {
                version,
                dependencies: { b: "^1", c: "1" },
                optionalDependencies: { "for-another-system": "1" },
                peerDependencies: { peer: "1", "optional-peer": "1" },
                peerDependenciesMeta: { "optional-peer": { optional: true } },
            },
            "node_modules/a/node_modules/b": { version, dependencies: { c: "^1" } },
            "node_modules/b": { version },
            "node_modules/c": { version, dependencies: { a: "1" } },
            "node_modules/peer": { version },
            "node_modules/optional-peer": { version },
            "node_modules/unused": { version },
        };
        const found = reachable(lock, "provider", [["a", "^1.0.0"]]);
        expect(Object.fromEntries([...found].map(([folder, ranges]) => [folder, [...ranges]]))).to.deep.equal(
            {
                "node_modules/a": ["^1.0.0", "1"],
                "node_modules/a/node_modules/b": ["^1"],
                "node_modules/c": ["^1", "1"],
                "node_modules/peer": ["1"],
            },
        );
    });
});

describe("the size of the package and of what it installs", () => {
    it("is reported beside the limit, with a remedy above it", async () => {
        const { excesses, sizeReport } = await import("../../tools/package/size.mjs");
        const sizes = [
            { name: "tarball", value: 600_000, limit: 550_000, remedy: "Remove files." },
            { name: "files", value: 10, limit: 11, remedy: "Remove files." },
        ];
        expect(sizeReport(sizes)).to.match(/^tarball +0\.60 MB +limit +0\.55 MB\nfiles +10 +limit +11$/);
        expect(excesses(sizes)).to.deep.equal(["tarball: 0.60 MB is not below 0.55 MB. Remove files."]);
    });
});
