import { expect } from "chai";

import { UsageError } from "../../../../provider/src/cli/command/command-error";
import { parseArguments } from "../../../../provider/src/cli/orphans/arguments";
import { thrownBy } from "../../support/rejection";

function parse(line: string) {
    return parseArguments(line === "" ? [] : line.split(" "));
}

describe("the arguments of orphans", () => {
    it("lists by default", () => {
        expect(parse("--stack dev")).to.deep.equal({
            stack: "dev",
            project: undefined,
            regions: [],
            json: false,
            removal: undefined,
        });
    });

    it("takes several regions, and options for the deletion", () => {
        expect(
            parse("--stack dev --region a --region b --delete --yes --include-committed --json"),
        ).to.deep.include({
            regions: ["a", "b"],
            json: true,
            removal: { yes: true, includeCommitted: true, includeHanded: false, includeRecent: false },
        });
    });

    it("takes a separate option for each kind of orphan to delete", () => {
        for (const [option, name] of [
            ["--include-committed", "includeCommitted"],
            ["--include-handed", "includeHanded"],
            ["--include-recent", "includeRecent"],
        ] as const) {
            const none = { includeCommitted: false, includeHanded: false, includeRecent: false };
            expect(parse(`--stack dev --delete ${option}`).removal, option).to.deep.equal({
                ...none,
                [name]: true,
                yes: false,
            });
        }
    });

    it("takes a value that begins like an option behind an equals sign", () => {
        expect(parse("--stack=-x")).to.include({ stack: "-x" });
    });

    for (const [line, why] of [
        ["--stack dev more", /^orphans takes options only, not "more"$/],
        ["", /--stack/],
        ["--stack", /^--stack needs a value$/],
        ["--stack=", /--stack/],
        ["--stack dev --region=", /empty/],
        ["--stack dev --dry-run", /^there is no option --dry-run$/],
        ["--stak dev", /^there is no option --stak; did you mean --stack\?$/],
        ["--stack dev --regoin a", /^there is no option --regoin; did you mean --region\?$/],
        ["--stack dev --include-comitted", /did you mean --include-committed\?$/],
        ["--stack dev --del", /^there is no option --del; did you mean --delete\?$/],
        ["--stack dev --include", /^there is no option --include$/],
        ["-s dev", /^there is no option -s$/],
        ["--stack dev --yes=no", /^--yes takes no value$/],
        ["--stack --delete", /^--stack needs a value$/],
        ["--stack dev --yes", /--yes only works with --delete/],
        ["--stack dev --include-committed", /--include-committed/],
        ["--stack dev --include-handed", /--include-handed/],
        ["--stack dev --include-recent", /--include-recent/],
    ] as const) {
        it(`is refused: ${line}`, () => {
            expect(thrownBy(UsageError, () => parse(line)).message).to.match(why);
        });
    }
});
