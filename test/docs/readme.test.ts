import { expect } from "chai";
import { apiErrorEntry, noAnswer } from "../../provider/src/errors/api-errors";
import { AppSnapshotError, combine } from "../../provider/src/errors/app-snapshot-error";
import { circumstancesOf } from "../../provider/src/errors/circumstances";
import { deliveryErrors } from "../../provider/src/errors/delivery-errors";
import { exitCodeEntry, exitCodes } from "../../provider/src/errors/exit-codes";
import { ownErrors } from "../../provider/src/errors/own-errors";
import { specificationOf } from "../unit/support/samples";
import { brokenLinks } from "./support/links";
import { codeBlocks, codeSpans, document, root, section, tableRows } from "./support/markdown";
import { calledOperations, settingNames } from "./support/sources";
import { typeErrors } from "./support/type-check";

const readme = document("README.md");
const documents = [
    ...["README.md", "provider/README.md"],
    ...["docs/how-it-works.md", "docs/questions.md", "docs/errors.md", "docs/matrix.md"],
    ...["README", "mysql", "postgresql", "redis"].map((page) => `docs/recipes/${page}.md`),
];

interface Policy {
    readonly Version: string;
    readonly Statement: readonly { readonly Effect: string; readonly Action: string | readonly string[] }[];
}

describe("the README", () => {
    it("has policy documents that parse", () => {
        const policies = codeBlocks(readme, "json").map((text) => JSON.parse(text) as Policy);
        expect(policies).to.have.length(3);
        for (const { Version, Statement } of policies) {
            expect(Version).to.equal("1");
            expect(Statement.every(({ Effect }) => Effect === "Allow")).to.equal(true);
        }
    });

    it("grants the caller exactly the operations that are called, and ram:PassRole", () => {
        const [policy = ""] = codeBlocks(section(readme, "### The caller's permissions"), "json");
        const actions = (JSON.parse(policy) as Policy).Statement.flatMap(({ Action }) => Action);
        const needed = calledOperations().map((operation) => `ecs:${operation}`);
        expect(needed).not.to.have.length(0);
        expect(actions).to.have.members([...needed, "ram:PassRole"]);
    });

    it("names every connection setting", () => {
        const text = section(readme, "## Connection settings");
        expect(settingNames().filter((name) => !text.includes(`\`${name}\``))).to.deep.equal([]);
    });

    it("names only scripts of package.json", () => {
        const { scripts } = JSON.parse(document("package.json")) as { scripts: Record<string, string> };
        const named = [...readme.matchAll(/npm run (?:--silent )?(\w+)/g)].map(([, name]) => name ?? "");
        expect(named.filter((name) => !(name in scripts))).to.deep.equal([]);
    });

    it("mentions only error codes that exist", () => {
        const inTable = tableRows(section(readme, "## Errors")).flatMap(([codes = ""]) => codeSpans(codes));
        expect(inTable).not.to.have.length(0);
        const notErrors = ["AppConsistentSnapshot", "APPConsistent", "FsConsistent", "AppSnapshotRoleName"];
        const elsewhere = codeSpans(readme).filter((text) => /^[A-Z][a-z]+[A-Za-z.]*$|^APP\w+$/.test(text));
        const mentioned = [...inTable, ...elsewhere].filter((text) => !notErrors.includes(text));
        expect(mentioned.filter((code) => !isErrorCode(code))).to.deep.equal([]);
    });

    it("tells as many kills as the matrix counts", () => {
        const [, told] = /what came of ([\d,]+) kills/.exec(readme) ?? [];
        const [, counted] = /^- kills tried: (\d+)$/m.exec(document("docs/matrix.md")) ?? [];
        expect(told).not.to.equal(undefined);
        expect(told?.replaceAll(",", "")).to.equal(counted);
    });

    it("shows an error as it reads", () => {
        const [example = ""] = codeBlocks(section(readme, "## Errors"), "text");
        const [, detail] = /^Details: (.*)$/m.exec(example) ?? [];
        const real = new AppSnapshotError(ownErrors.Degraded, {
            instanceId: "i-bp1xxxxxxxxxxxxxxxxx",
            detail,
            circumstances: circumstancesOf(specificationOf(), "linux"),
            resources: { invokeId: "t-hz0xxxxxxxxxxxx" },
        });
        expect(example.trimEnd()).to.equal(real.message);
    });
});

describe("the documents", () => {
    it("have TypeScript programs that compile against the built package", () => {
        const programs = documents.flatMap((path) => codeBlocks(document(path), "ts"));
        expect(programs).to.have.length.greaterThan(3);
        expect(typeErrors(programs)).to.deep.equal([]);
    });

    it("would not compile with an input that does not exist", () => {
        const [program = ""] = codeBlocks(document("provider/README.md"), "ts");
        const misspelt = program.replace("triggers:", "triger:");
        expect(typeErrors([misspelt]).join()).to.contain("triger");
    });

    it("link to files and headings that exist", () => {
        const inRepository = documents.filter((path) => path !== "provider/README.md");
        expect(brokenLinks(root, inRepository)).to.deep.equal([]);
    });
});

function isErrorCode(code: string): boolean {
    const several = combine([new AppSnapshotError(noAnswer), new AppSnapshotError(noAnswer)]);
    const known = [
        ...Object.values(exitCodes),
        exitCodeEntry(-1),
        ...deliveryErrors,
        ...Object.values(ownErrors),
        noAnswer,
        several,
    ].map((entry) => entry.code);
    return known.includes(code) || apiErrorEntry(code).cause !== apiErrorEntry("NotListed").cause;
}
