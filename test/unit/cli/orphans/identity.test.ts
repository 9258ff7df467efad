import { expect } from "chai";

import { CommandError, UsageError } from "../../../../provider/src/cli/command/command-error";
import { identify, parseStackName } from "../../../../provider/src/cli/orphans/identity";
import { projectName } from "../../../../provider/src/cli/orphans/project-file";
import { thrownBy } from "../../support/rejection";

describe("the name of a stack", () => {
    it("may be prefixed with its organization and its project", () => {
        expect(parseStackName("dev")).to.deep.equal({
            organization: undefined,
            stack: "dev",
            project: undefined,
        });
        expect(parseStackName("acme/dev")).to.deep.equal({
            organization: "acme",
            stack: "dev",
            project: undefined,
        });
        expect(parseStackName("acme/shop/dev")).to.deep.equal({
            organization: "acme",
            stack: "dev",
            project: "shop",
        });
    });

    for (const name of ["", "/dev", "acme//dev", "dev/", "a/b/c/d"]) {
        it(`is refused as "${name}"`, () => {
            thrownBy(UsageError, () => parseStackName(name));
        });
    }
});

describe("the project of a stack", () => {
    const owner = { stack: "dev", project: "shop" };
    const by = (project: string) => ({ by: "--project", project });

    it("is the one that all sources agree on", () => {
        expect(identify("dev", [owner, owner], [])).to.deep.equal(owner);
        expect(identify("dev", [], [by("shop")])).to.deep.equal(owner);
        expect(identify("dev", [owner], [by("shop"), by("shop")])).to.deep.equal(owner);
    });

    it("must be given if no source has it", () => {
        expect(thrownBy(CommandError, () => identify("dev", [], [])).message).to.match(/--project/);
    });

    it("is refused if a source names another one, as everything would look like an orphan", () => {
        const { message } = thrownBy(CommandError, () => identify("dev", [owner], [by("other")]));
        expect(message)
            .to.include("shop according to the state's URNs")
            .and.include("other according to --project");
        thrownBy(CommandError, () => identify("dev", [], [by("shop"), by("other")]));
        thrownBy(CommandError, () => identify("dev", [{ stack: "prod", project: "shop" }], []));
        thrownBy(CommandError, () => identify("dev", [owner, { stack: "dev", project: "b" }], []));
    });
});

describe("the name in a project file", () => {
    for (const text of [
        "name: shop\nruntime: nodejs\n",
        "runtime:\n  name: nodejs\nname: shop # ours\n",
        '# it\r\n"name" : "shop"\r\n',
        "name: 'shop'",
        '{"runtime": {"name": "nodejs"}, "name": "shop"}',
    ]) {
        it(`is found in ${JSON.stringify(text)}`, () => {
            expect(projectName(text)).to.equal("shop");
        });
    }

    it("is missing from other texts", () => {
        for (const text of ["", "runtime:\n  name: nodejs\n", "{", "{}"]) {
            expect(projectName(text), text).to.equal(undefined);
        }
    });
});
