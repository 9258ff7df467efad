import { expect } from "chai";

import { circumstancesOf } from "../../provider/src/core/inputs/circumstances";
import { apiErrorEntry, noAnswer, otherApiError } from "../../provider/src/errors/api-errors";
import { AppSnapshotError } from "../../provider/src/errors/app-snapshot-error";
import { deliveryErrors } from "../../provider/src/errors/delivery-errors";
import { doctorErrors } from "../../provider/src/errors/doctor-errors";
import { exitCodeEntry, exitCodes } from "../../provider/src/errors/exit-codes";
import { ownErrors } from "../../provider/src/errors/own-errors";
import { caller, instanceRole, instanceRoleTrust } from "../../provider/src/policies/policies";
import { specificationOf } from "../unit/support/samples";
import { brokenLinks } from "./support/links";
import { codeBlocks, codeSpans, document, root, section, tableRows } from "./support/markdown";
import { calledOperations, declaredCallerOptions, pages, settingNames } from "./support/sources";
import { typeErrors } from "./support/type-check";

const requirements = document("docs/requirements.md");
const troubleshooting = document("docs/troubleshooting.md");
const all = [...pages, "provider/README.md"];

/** The pages for users. The other pages have words of the code and of the API that look like error codes. */
const forUsers = pages.filter(
    (page) => !/^docs\/(how-it-works|errors|matrix|tests|glossary)\.md$|^CONTRIBUTING|^CHANGELOG/.test(page),
);

describe("the README", () => {
    const readme = document("README.md");

    it("stays short", () => {
        expect(readme.trimEnd().split("\n")).to.have.length.at.most(150);
    });

    it("links to every page of the documentation", () => {
        const linked = [...readme.matchAll(/\]\(([^)#\s]+)/g)].map(([, target]) => target);
        const overviews = pages.filter(
            (page) => !/^docs\/recipes\/(?!README)/.test(page) && page !== "README.md",
        );
        expect(linked).to.include.members(overviews);
    });

    it("says where to add new parts", () => {
        const errors = ["### An exit code", "### An error"];
        const parts = ["### An API call", "### A recipe", "### An input", "### An output"];
        for (const heading of [...errors, ...parts, "### A CLI option or command", "### A test"]) {
            const anchor = heading.replace("### ", "").toLowerCase().replaceAll(" ", "-");
            expect(readme).to.include(`(CONTRIBUTING.md#${anchor})`);
            expect(section(document("CONTRIBUTING.md"), heading).trim(), heading).not.to.equal("");
        }
    });
});

describe("the requirements", () => {
    it("show the policies that the package returns", () => {
        const shown = codeBlocks(requirements, "json").map((text) => JSON.parse(text) as unknown);
        expect(shown).to.deep.equal([instanceRoleTrust(), instanceRole(), caller()]);
    });

    it("list the options of the caller's policy", () => {
        const rows = tableRows(section(requirements, "### In a program"));
        expect(rows.flatMap(([name = ""]) => codeSpans(name))).to.have.members(declaredCallerOptions());
    });
});

describe("the caller's policy", () => {
    it("grants exactly the operations that are called, and ram:PassRole", () => {
        const needed = calledOperations().map((operation) => `ecs:${operation}`);
        expect(needed).not.to.have.length(0);
        expect(caller().Statement.flatMap(({ Action }) => Action)).to.have.members([
            ...needed,
            "ram:PassRole",
        ]);
    });
});

describe("the page about configuration", () => {
    it("names every connection setting", () => {
        const text = section(document("docs/configuration.md"), "## Connection settings");
        expect(settingNames().filter((name) => !text.includes(`\`${name}\``))).to.deep.equal([]);
    });
});

describe("the page about troubleshooting", () => {
    it("has a table of error codes that exist", () => {
        const codes = tableRows(section(troubleshooting, "## What to do first")).flatMap(([cell = ""]) =>
            codeSpans(cell),
        );
        expect(codes).not.to.have.length(0);
        expect(codes.filter((code) => !isErrorCode(code))).to.deep.equal([]);
    });

    it("shows an error with its real text", () => {
        const [example = ""] = codeBlocks(troubleshooting, "text");
        const [, detail] = /^Details: (.*)$/m.exec(example) ?? [];
        const real = new AppSnapshotError(ownErrors.Degraded, {
            instanceId: "i-bp1xxxxxxxxxxxxxxxxx",
            detail,
            circumstances: circumstancesOf(specificationOf(), "linux"),
            resources: { invokeId: "t-hz0xxxxxxxxxxxx" },
        });
        expect(example.trimEnd()).to.equal(real.shownMessage);
    });
});

describe("the documents", () => {
    it("name only scripts that are in package.json", () => {
        const { scripts } = JSON.parse(document("package.json")) as {
            readonly scripts: Record<string, string>;
        };
        const named = all.flatMap((path) =>
            [...document(path).matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name ?? ""),
        );
        expect(named).to.include.members(["demo", "docs"]);
        expect(named.filter((name) => !(name in scripts))).to.deep.equal([]);
    });

    it("mention only error codes that exist", () => {
        const notErrors = [
            ...[
                "AppConsistentSnapshot",
                "AppConsistentSnapshot.get",
                "AppConsistentSnapshotFleet",
                "APPConsistent",
                "FsConsistent",
                "AppSnapshotRoleName",
            ],
            ...["AliyunECSInstanceForHbrRole", "Date", "Pulumi.yaml", "Pulumi.production.yaml"],
            // Operations that others call.
            ...["CreateSnapshotGroup", "DescribeAccountAttributes"],
            ...calledOperations(),
        ];
        const mentioned = forUsers
            .flatMap((path) => codeSpans(document(path)))
            .filter((text) => /^[A-Z][a-z]+[A-Za-z.]*$|^APP\w+$/.test(text))
            .filter((text) => !notErrors.includes(text));
        expect(mentioned).to.include.members(["Degraded", "RoleConflict"]);
        expect(mentioned.filter((code) => !isErrorCode(code))).to.deep.equal([]);
    });

    it("name the exit codes of all urgent failures", () => {
        const [, list = ""] =
            /the exit codes (.*?) and undocumented ones/s.exec(document("docs/lifecycle.md")) ?? [];
        const named = [...list.matchAll(/(\d+)(?:\s+to\s+(\d+))?/g)].flatMap(([, first, last = first]) =>
            Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
        );
        const urgent = Object.entries(exitCodes).filter(([, entry]) => entry.urgent === true);
        expect(named).to.deep.equal(urgent.map(([exitCode]) => Number(exitCode)));
        expect(exitCodeEntry(1_000).urgent).to.equal(true);
    });

    it("have the same number of kills as the matrix", () => {
        const [, counted] = /^- kills tried: (\d+)$/m.exec(document("docs/matrix.md")) ?? [];
        const told = ["README.md", "docs/when-it-is-interrupted.md"].map((path) =>
            /([\d,]+) kills/.exec(document(path))?.[1]?.replaceAll(",", ""),
        );
        expect(told).to.deep.equal([counted, counted]);
    });

    it("have TypeScript programs that compile against the built package", () => {
        const programs = all.flatMap((path) => codeBlocks(document(path), "ts"));
        // No program is hidden in a list, which is not searched.
        const begun = all.flatMap((path) => document(path).match(/^.*```ts$/gm) ?? []);
        expect(programs).to.have.length(begun.length).and.length.greaterThan(3);
        expect(typeErrors(programs)).to.deep.equal([]);
    });

    it("would not compile with an input that does not exist", () => {
        const [program = ""] = codeBlocks(document("provider/README.md"), "ts");
        const misspelt = program.replace("triggers:", "triger:");
        expect(typeErrors([misspelt]).join()).to.contain("triger");
    });

    it("link to files and headings that exist", () => {
        expect(brokenLinks(root, [...pages, "emulator/README.md"])).to.deep.equal([]);
    });
});

function isErrorCode(code: string): boolean {
    const known = [
        ...Object.values(exitCodes),
        exitCodeEntry(-1),
        ...deliveryErrors,
        ...Object.values(ownErrors),
        ...Object.values(doctorErrors),
        noAnswer,
        otherApiError,
    ].map((entry) => entry.code);
    return known.includes(code) || apiErrorEntry(code).cause !== apiErrorEntry("NotListed").cause;
}
