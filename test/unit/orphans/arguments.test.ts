import { expect } from "chai";
import { parseArguments } from "../../../provider/src/orphans/arguments";
import { UsageError } from "../../../provider/src/orphans/command-error";
import { thrownBy } from "../support/rejection";

const parse = (line: string) => parseArguments(line.split(" "));

describe("the command line", () => {
    it("lists by default", () => {
        expect(parse("orphans --stack dev")).to.deep.equal({
            stack: "dev",
            project: undefined,
            regions: [],
            json: false,
            removal: undefined,
        });
    });

    it("takes several regions, and says what to delete", () => {
        expect(
            parse("orphans --stack dev --region a --region b --delete --yes --include-committed --json"),
        ).to.deep.include({
            regions: ["a", "b"],
            json: true,
            removal: { yes: true, includeCommitted: true, includeHanded: false, includeRecent: false },
        });
    });

    it("takes each kind of orphan to delete by a name of its own", () => {
        for (const [option, name] of [
            ["--include-committed", "includeCommitted"],
            ["--include-handed", "includeHanded"],
            ["--include-recent", "includeRecent"],
        ] as const) {
            const none = { includeCommitted: false, includeHanded: false, includeRecent: false };
            expect(parse(`orphans --stack dev --delete ${option}`)?.removal, option).to.deep.equal({
                ...none,
                [name]: true,
                yes: false,
            });
        }
    });

    it("asks for help, whatever else is there", () => {
        expect(parse("--help")).to.equal(undefined);
        expect(parse("orphans --help")).to.equal(undefined);
    });

    for (const [line, why] of [
        ["", /only command/],
        ["strays --stack dev", /only command/],
        ["orphans --stack dev more", /only command/],
        ["orphans", /--stack/],
        ["orphans --stack", /--stack/],
        ["orphans --stack=", /--stack/],
        ["orphans --stack dev --region=", /empty/],
        ["orphans --stack dev --dry-run", /--dry-run/],
        ["orphans --stack dev --yes", /--yes means something with --delete only/],
        ["orphans --stack dev --include-committed", /--include-committed/],
        ["orphans --stack dev --include-handed", /--include-handed/],
        ["orphans --stack dev --include-recent", /--include-recent/],
    ] as const) {
        it(`is refused: ${line}`, () => {
            expect(thrownBy(UsageError, () => parse(line)).message).to.match(why);
        });
    }
});
