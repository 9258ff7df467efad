import { expect } from "chai";

import { UsageError } from "../../../../provider/src/cli/command/command-error";
import { parseArguments } from "../../../../provider/src/cli/doctor/arguments";
import { thrownBy } from "../../support/rejection";

function parse(line: string) {
    return parseArguments(line === "" ? [] : line.split(" "));
}

describe("the arguments of doctor", () => {
    it("are one instance at least", () => {
        expect(parse("--instance-id i-1")).to.deep.equal({
            instanceIds: ["i-1"],
            region: undefined,
            stack: undefined,
            ramRoleName: undefined,
            roleAttachment: undefined,
            excludeDiskIds: [],
            run: undefined,
            json: false,
        });
    });

    it("may be several instances, each checked once", () => {
        expect(parse("--instance-id i-1 --instance-id i-2 --instance-id i-1").instanceIds).to.deep.equal([
            "i-1",
            "i-2",
        ]);
    });

    it("have the resource's inputs, and the scripts to check", () => {
        expect(
            parse(
                "--instance-id i-1 --region cn-hangzhou --stack acme/shop/dev --ram-role Own --role-attachment none --exclude-disk-id d-1 --exclude-disk-id d-2 --run --pre-script-path /a --post-script-path /b --json",
            ),
        ).to.deep.equal({
            instanceIds: ["i-1"],
            region: "cn-hangzhou",
            stack: "acme/shop/dev",
            ramRoleName: "Own",
            roleAttachment: "none",
            excludeDiskIds: ["d-1", "d-2"],
            run: { scriptPaths: ["/a", "/b"] },
            json: true,
        });
        expect(parse("--instance-id i-1 --run").run).to.deep.equal({ scriptPaths: [] });
    });

    for (const [line, why] of [
        ["", /^--instance-id is required$/],
        ["i-1", /^doctor takes options only, not "i-1"; an instance is named with --instance-id$/],
        ["--instance i-1", /^there is no option --instance; did you mean --instance-id\?$/],
        ["--instance-id one", /^--instance-id must be the id of an ECS instance/],
        [many(1_001), /^--instance-id may name at most 1000 instances$/],
        ["--instance-id i-1 --region Hangzhou", /^--region must be a region id/],
        ["--instance-id i-1 --stack=", /^--stack must not be empty$/],
        ["--instance-id i-1 --ram-role a/b", /^--ram-role must be 1 to 64 letters/],
        ["--instance-id i-1 --role-attachment never", /^--role-attachment must be one of "keep"/],
        ["--instance-id i-1 --exclude-disk-id disk", /^--exclude-disk-id must be a disk id/],
        [
            "--instance-id i-1 --instance-id i-2 --exclude-disk-id d-1",
            /^--exclude-disk-id only works with one --instance-id$/,
        ],
        ["--instance-id i-1 --pre-script-path /a", /^--pre-script-path only works with --run$/],
        ["--instance-id i-1 --run --post-script-path /a;b", /^--post-script-path must be an absolute path/],
        ["--instance-id i-1 --run=yes", /^--run takes no value$/],
    ] as const) {
        it(`are refused: ${line.slice(0, 60)}`, () => {
            expect(thrownBy(UsageError, () => parse(line)).message).to.match(why);
        });
    }

    it("are at most a thousand instances", () => {
        expect(parse(many(1_000)).instanceIds).to.have.length(1_000);
    });
});

function many(count: number): string {
    return Array.from({ length: count }, (_, index) => `--instance-id i-${index}`).join(" ");
}
