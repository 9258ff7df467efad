// node tools/package-docs.mjs: puts the documentation into the package, as provider/docs. npm runs it when it packs.
import { realpathSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { ROOT } from "./setup.mjs";

/** Files outside docs that a page may link to, by their paths in the repository. */
const OTHERS = {
    "README.md": "docs/README.md",
    "CHANGELOG.md": "docs/CHANGELOG.md",
    "SECURITY.md": "docs/SECURITY.md",
    LICENSE: "LICENSE",
};

/** A page that is only for readers with the repository. */
const LEFT_OUT = "docs/tests.md";

/** The note that the repository's README gets in the package. */
const NOTE = `
This is the README of the repository, as it comes with the package. The folders \`emulator\`, \`examples\`, \`test\` and
\`tools\`, and with them \`npm test\` and \`npm run …\`, are only in the repository, and so is CONTRIBUTING.md.
`;

/**
 * Returns a page for the package: links to files outside become their text, and so do pictures, which are not in
 * the package.
 *
 * @param {string} markdown
 * @param {string} path The page's path in the repository.
 * @param {ReadonlyMap<string, string>} places The places in the package, by paths in the repository.
 */
export function packagedPage(markdown, path, places) {
    return markdown.replace(/!?\[([^\]]*)\]\(([^)\s]+)\)/g, (link, text, target) => {
        const [file = "", anchor] = String(target).split("#");
        if (file === "" || /^https?:/.test(file)) {
            return link;
        }
        const place = places.get(posix.join(posix.dirname(path), file));
        if (place === undefined) {
            return String(text);
        }
        const from = posix.dirname(places.get(path) ?? path);
        const mark = String(link).startsWith("!") ? "!" : "";
        return `${mark}[${text}](${posix.relative(from, place)}${anchor === undefined ? "" : `#${anchor}`})`;
    });
}

/** @param {string} folder The folder of the package. */
export async function writePages(folder) {
    const names = await readdir(join(ROOT, "docs"), { recursive: true });
    const pages = names
        .filter((name) => name.endsWith(".md"))
        .map((name) => `docs/${name.split(sep).join("/")}`)
        .filter((path) => path !== LEFT_OUT);
    const places = new Map(Object.entries(OTHERS));
    for (const path of pages) places.set(path, path);
    const others = Object.keys(OTHERS).filter((path) => path.endsWith(".md"));
    for (const path of [...others, ...pages]) {
        const file = join(folder, places.get(path) ?? path);
        const page = packagedPage(await readFile(join(ROOT, path), "utf8"), path, places);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, path === "README.md" ? page.replace("\n", `\n${NOTE}`) : page);
    }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
    const folder = join(ROOT, "provider");
    await rm(join(folder, "docs"), { recursive: true, force: true });
    await writePages(folder);
}
