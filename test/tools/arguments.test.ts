import { expect } from "chai";

const split = async (...args: string[]) => {
    const { splitArguments } = await import("../../tools/test/arguments.mjs");
    return splitArguments(args, (path) => path === "test" || path === "test/tools");
};

describe("the arguments of npm test", () => {
    it("are test files and folders, and mocha's options", async () => {
        expect(await split()).to.deep.equal({ files: [], options: [] });
        expect(await split("test/tools", "a.test.ts", "--bail")).to.deep.equal({
            files: ["test/tools", "a.test.ts"],
            options: ["--bail"],
        });
    });

    it("may have an option's value named like a folder", async () => {
        expect(await split("--grep", "test")).to.deep.equal({ files: [], options: ["--grep", "test"] });
    });
});
