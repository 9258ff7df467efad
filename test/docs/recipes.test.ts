import { expect } from "chai";

import { holdDefaults, holdRules } from "../../provider/src/recipes/options";
import * as recipes from "../../provider/src/recipes/recipes";
import { problemsOf } from "../../provider/src/runtime/schema";
import { codeSpans, document, section, tableRows } from "./support/markdown";
import { declaredOptions } from "./support/sources";

const overview = document("docs/recipes/README.md");

/** The recipes for one database; each has a page. */
const pages = [
    { name: "mysql", interfaceName: "MysqlOptions" },
    { name: "postgresql", interfaceName: "PostgresqlOptions" },
    { name: "redis", interfaceName: "RedisOptions" },
] as const;

function optionsIn(markdown: string): string[] {
    return tableRows(markdown).map(([name = ""]) => name.replaceAll("`", ""));
}

describe("the pages of the recipes", () => {
    it("exist for every recipe", () => {
        const listed = codeSpans(tableRows(overview).join("\n"));
        for (const name of Object.keys(recipes)) {
            expect(listed.filter((text) => text.startsWith(`recipes.${name}(`))).to.have.length(1);
        }
        expect([...pages.map(({ name }) => name), "combine"]).to.have.members(Object.keys(recipes));
    });

    it("list the options that all recipes have, with their limits and defaults", () => {
        const rows = tableRows(section(overview, "## Options of all recipes"));
        expect(rows.map(([name = ""]) => name.replaceAll("`", ""))).to.have.members(Object.keys(holdRules));
        for (const [option, meaning, byDefault] of rows) {
            const name = option?.replaceAll("`", "") as keyof typeof holdDefaults;
            expect(byDefault?.replaceAll("`", ""), name).to.equal(String(holdDefaults[name]));
            const [, least, most] = /([\d,]+) to ([\d,]+)/.exec(meaning ?? "") ?? [];
            if (name === "runDirectory") {
                continue;
            }
            const [lowest, highest] = [least, most].map((text) => Number(text?.replaceAll(",", "")));
            const isAllowed = (value = NaN): boolean =>
                problemsOf(holdRules[name], value, { noun: "an option" }).length === 0;
            expect([isAllowed(lowest), isAllowed(highest)], name).to.deep.equal([true, true]);
            expect([isAllowed((lowest ?? 0) - 1), isAllowed((highest ?? 0) + 1)], name).to.deep.equal([
                false,
                false,
            ]);
        }
    });

    for (const { name, interfaceName } of pages) {
        it(`list the options that are ${name}'s own`, () => {
            const own = declaredOptions(`${name}.ts`, interfaceName).filter(
                // Redis has a note about them that the others lack.
                (option) => !(option in holdRules),
            );
            const listed = optionsIn(section(document(`docs/recipes/${name}.md`), "## Options"));
            expect(listed).to.have.members(own);
        });

        it(`describe the requirements of ${name}`, () => {
            const page = document(`docs/recipes/${name}.md`);
            for (const heading of [
                "## What it does",
                "## What it blocks, and for how long",
                "## The database user",
                "## Limits",
                "## Try it on a staging host",
            ]) {
                expect(section(page, heading).trim(), heading).not.to.equal("");
            }
        });
    }
});
