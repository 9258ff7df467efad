import { expect } from "chai";

function load() {
    return import("../../../tools/bench/instances.mjs");
}

describe("the instances of the bench", () => {
    it("take as long as they are told", async () => {
        const { instancesOf } = await load();
        const { instances } = instancesOf([10, 20]).fixture;
        expect(instances.map(({ pluginMs }) => pluginMs)).to.deep.equal([10, 20]);
    });

    it("run their commands as usual if there is one, and share a shell's work if there are more", async () => {
        const { INSTALLED_SCRIPTS, instancesOf } = await load();
        const scripts = Object.values(INSTALLED_SCRIPTS);
        const [one, many] = [instancesOf([10]), instancesOf([10, 20])];
        expect(one).to.deep.include({ behaviour: {}, commands: "executed" });
        expect(many).to.deep.include({ behaviour: { runtimeDirectories: "disk" }, commands: "sampled" });
        for (const [{ fixture }, hasContent] of [
            [one, true],
            [many, false],
        ] as const) {
            for (const { files = [] } of fixture.instances) {
                expect(files.map(({ path }) => path)).to.have.members(scripts);
                expect(files.every(({ content }) => (content !== undefined) === hasContent)).to.equal(true);
            }
        }
    });
});
