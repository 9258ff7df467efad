import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The links of pages in a folder that lead to no file or heading there, each with its page. Web addresses are not tried. */
export function brokenLinks(folder: string, pages: readonly string[]): string[] {
    return pages.flatMap((page) =>
        [...read(folder, page).matchAll(/\]\(([^)\s]+)\)/g)]
            .map(([, target = ""]) => target)
            .filter((target) => !target.startsWith("https://") && !resolves(folder, page, target))
            .map((target) => `${page}: ${target}`),
    );
}

function resolves(folder: string, page: string, target: string): boolean {
    const [file = "", anchor] = target.split("#");
    const path = file === "" ? page : join(dirname(page), file);
    return (
        !path.startsWith("..") &&
        existsSync(join(folder, path)) &&
        (anchor === undefined || anchorsOf(read(folder, path)).includes(anchor))
    );
}

/** The anchors of a page: those that GitHub makes from its headings, and its own. */
function anchorsOf(markdown: string): string[] {
    const headings = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
        heading
            .toLowerCase()
            .replace(/[^\p{L}\p{N} _-]/gu, "")
            .replaceAll(" ", "-"),
    );
    return [...headings, ...ownAnchorsOf(markdown)];
}

/** The anchors that a page sets itself, whatever its headings are. */
export function ownAnchorsOf(markdown: string): string[] {
    return [...markdown.matchAll(/^<a id="([^"]+)"><\/a>$/gm)].map(([, anchor = ""]) => anchor);
}

function read(folder: string, page: string): string {
    return readFileSync(join(folder, page), "utf8");
}
