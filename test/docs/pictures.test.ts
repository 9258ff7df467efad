import { readdirSync } from "node:fs";

import { expect } from "chai";

import { document, root } from "./support/markdown";
import { pages } from "./support/sources";
import { elementsOf } from "./support/xml";

const folder = "docs/pictures";
const pictures = readdirSync(`${root}/${folder}`).map((name) => `${folder}/${name}`);

/** Words that the text of a picture must have on the pages, so that nobody has to see it. */
const told: Readonly<Record<string, RegExp>> = {
    "docs/pictures/success.svg": /pulumi up.*script.*snapshot/,
    "docs/pictures/failure.svg": /pulumi up.*AgentOffline.*what to do/,
    "docs/pictures/doctor.svg": /AgentOffline/,
};

/** The texts of the images on the pages, by the images' paths in the repository. */
const shown = pages.flatMap((page) =>
    [...document(page).matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, text = "", target = ""]) => ({
        text,
        path: new URL(target, `file:///${page}`).pathname.slice(1),
    })),
);

describe("the pictures of the documentation", () => {
    it("are the ones of this list", () => {
        expect(pictures).to.have.members(Object.keys(told));
    });

    for (const [path, words] of Object.entries(told)) {
        describe(path, () => {
            it("is on a page, with a text that tells its content", () => {
                const texts = shown.filter((image) => image.path === path).map(({ text }) => text);
                expect(texts).not.to.be.empty;
                for (const text of texts) expect(text).to.match(words);
            });

            it("consists of text on its own background, with a title and a description", () => {
                const elements = elementsOf(document(path));
                const names = ["svg", "title", "desc", "rect", "g", "text", "tspan"];
                expect([...new Set(elements.map(({ name }) => name))]).to.have.members(names);
                const [title, description] = ["title", "desc"].map((name) =>
                    elements.filter((element) => element.name === name),
                );
                const svg = elements.at(-1);
                expect(svg?.attributes["aria-labelledby"]).to.equal(
                    [title, description].map((found) => found?.[0]?.attributes["id"]).join(" "),
                );
                for (const found of [title, description]) expect(found?.[0]?.text).to.match(/^\S.{15,}/);
            });

            it("loads nothing, runs nothing, and names no file of a machine", () => {
                const text = document(path);
                expect(Buffer.byteLength(text)).to.be.below(30_000);
                const attributes = elementsOf(text).flatMap((element) => Object.keys(element.attributes));
                expect(attributes.filter((name) => /^on|href|^style$/.test(name))).to.deep.equal([]);
                const addresses = (text.match(/\b\w+:\/\/[^/"\s,]+/g) ?? []).filter(
                    (address) => address !== "http://www.w3.org",
                );
                expect(addresses.filter((address) => address !== "http://127.0.0.1:4566")).to.deep.equal([]);
                expect(text).not.to.match(/\/(?:tmp|root|home|Users|var)\b/);
            });
        });
    }
});
