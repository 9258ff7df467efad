import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

import { expect } from "chai";

import { root } from "./support/markdown";

const places = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "docs",
    "emulator/README.md",
    "emulator/src",
    "examples",
    "provider/README.md",
    "provider/src",
    "test",
    "tools",
];

/** The words of which docs/glossary.md has better ones. The pattern does not match itself. */
const replaced =
    /[t]ak(?:e|es|en|ing) up\b(?! to)|[l]ifeline|[w]ind(?:ing|s)?[ -]?up\b|[u]nsettled|[s]hortfall|[s]urroundings|[s]tand-?in\b|[a]ftermath|[r]ehears|\b[i]n the way\b|\b[a]s (?:it has|they have) to be\b/i;

/** The beginnings of a doc comment that make a reader wait for its subject. */
const indirect = /\/\*\*(?:\s|\*)+(?:What|Whether|How|Why|Where|When|Who|Undefined)\b/g;

function textFilesIn(path: string): string[] {
    const whole = join(root, path);
    return extname(path) !== ""
        ? [path]
        : readdirSync(whole, { recursive: true, encoding: "utf8" })
              .filter((name) => /\.(?:ts|mjs|md|json|sh)$/.test(name) && !/(?:^|\/)node_modules\//.test(name))
              .map((name) => join(path, name));
}

describe("the words of the project", () => {
    const files = places.flatMap(textFilesIn);

    it("are those of the glossary", () => {
        const found = files.flatMap((file) =>
            readFileSync(join(root, file), "utf8")
                .split("\n")
                .flatMap((line, index) =>
                    replaced.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
                ),
        );
        expect(files).to.include("provider/src/core/lifecycle/create.ts");
        expect(replaced.test("All that is in the" + " way.")).to.equal(true);
        expect(found).to.deep.equal([]);
    });

    it("begin a doc comment with a verb or a noun", () => {
        const found = files
            .filter((file) => /^(?:provider|emulator)\/src\//.test(file))
            .flatMap((file) =>
                [...readFileSync(join(root, file), "utf8").matchAll(indirect)].map(
                    ([text]) => `${file}: ${text.replace(/\s+/g, " ")}`,
                ),
            );
        expect(found).to.deep.equal([]);
    });
});
