import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { asksForVersion, parseArguments } from "../../../provider/src/cli/arguments";
import { UsageError } from "../../../provider/src/cli/command-error";
import { thrownBy } from "../support/rejection";

function parse(line: string) {
    return parseArguments(line.split(" "));
}

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

    it("takes several regions, and options for the deletion", () => {
        expect(
            parse("orphans --stack dev --region a --region b --delete --yes --include-committed --json"),
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
            expect(parse(`orphans --stack dev --delete ${option}`)?.removal, option).to.deep.equal({
                ...none,
                [name]: true,
                yes: false,
            });
        }
    });

    it("asks for help, whatever else is given", () => {
        expect(parse("--help")).to.equal(undefined);
        expect(parse("orphans --help")).to.equal(undefined);
    });

    it("takes a value that begins like an option behind an equals sign", () => {
        expect(parse("orphans --stack=-x")).to.include({ stack: "-x" });
    });

    it("asks for the version, whatever else is given", () => {
        expect(asksForVersion(["--version"])).to.equal(true);
        expect(asksForVersion(["orphans", "--version"])).to.equal(true);
        expect(asksForVersion(["orphans", "--stack", "dev"])).to.equal(false);
    });

    it("prints the version of the package", () => {
        const cli = join(__dirname, "..", "..", "..", "provider", "dist", "cli.js");
        const { version } = JSON.parse(
            readFileSync(join(__dirname, "..", "..", "..", "provider", "package.json"), "utf8"),
        ) as { readonly version: string };
        const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "--version"], {
            encoding: "utf8",
        });
        expect({ status, stdout, stderr }).to.deep.equal({ status: 0, stdout: `${version}\n`, stderr: "" });
    });

    for (const [line, why] of [
        ["", /only command/],
        ["strays --stack dev", /only command/],
        ["orphans --stack dev more", /only command/],
        ["orphans", /--stack/],
        ["orphans --stack", /^--stack needs a value$/],
        ["orphans --stack=", /--stack/],
        ["orphans --stack dev --region=", /empty/],
        ["orphans --stack dev --dry-run", /^there is no option --dry-run$/],
        ["orphans --stak dev", /^there is no option --stak; did you mean --stack\?$/],
        ["orphans --stack dev --regoin a", /^there is no option --regoin; did you mean --region\?$/],
        ["orphans --stack dev --include-comitted", /did you mean --include-committed\?$/],
        ["orphans --stack dev --del", /^there is no option --del; did you mean --delete\?$/],
        ["orphans --stack dev --include", /^there is no option --include$/],
        ["orphans -s dev", /^there is no option -s$/],
        ["orphans --stack dev --yes=no", /^--yes takes no value$/],
        ["orphans --stack --delete", /^--stack needs a value$/],
        ["orphans --stack dev --yes", /--yes only works with --delete/],
        ["orphans --stack dev --include-committed", /--include-committed/],
        ["orphans --stack dev --include-handed", /--include-handed/],
        ["orphans --stack dev --include-recent", /--include-recent/],
    ] as const) {
        it(`is refused: ${line}`, () => {
            expect(thrownBy(UsageError, () => parse(line)).message).to.match(why);
        });
    }
});
