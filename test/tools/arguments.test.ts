import { expect } from "chai";

async function split(...args: string[]) {
    const { splitArguments } = await import("../../tools/test/arguments.mjs");
    return splitArguments(args, (path) => path === "test" || path === "test/tools");
}

describe("the arguments of npm test", () => {
    it("may be none: then every test runs but the long forms, on the machine as it is", async () => {
        expect(await split()).to.deep.equal({ full: false, busy: false, named: [], options: [] });
    });

    it("are test files and folders, and mocha's options", async () => {
        expect(await split("test/tools", "a.test.ts", "--bail")).to.deep.include({
            named: ["test/tools", "a.test.ts"],
            options: ["--bail"],
        });
    });

    it("may include an option's value that is named like a folder", async () => {
        expect(await split("--grep", "test")).to.deep.include({ named: [], options: ["--grep", "test"] });
    });

    it("may ask for the long forms, which is no option of mocha", async () => {
        expect(await split("--full", "test/tools")).to.deep.equal({
            full: true,
            busy: false,
            named: ["test/tools"],
            options: [],
        });
    });

    it("may ask for a busy machine, which is no option of mocha", async () => {
        expect(await split("--busy")).to.deep.equal({ full: false, busy: true, named: [], options: [] });
    });
});
