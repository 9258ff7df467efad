// Makes docs/third-party.md from package-lock.json and the packages in node_modules.
import { addedPackages, broughtPackages } from "../package/brought.mjs";
import { code, table } from "./markdown.mjs";

/** @returns {string} The page, not formatted yet. */
export function thirdPartyPage() {
    const brought = broughtPackages();
    const licenses = [...new Set(brought.map(({ license }) => license))].sort();
    return `<!-- Written by \`npm run docs\` from package-lock.json and node_modules. -->

# Third-party packages

An installation of \`pulumi-alicloud-app-snapshot\` brings ${brought.length} other packages, of which ${brought.length - addedPackages().length} come with \`@pulumi/pulumi\` in any case. None is part of the package's own tarball. The versions that you get depend on your lock file; the last column has those that the tests run with. Licences: ${licenses.join(", ")}.

${table(
    ["Package", "Licence", "Required", "Tested"],
    brought.map(({ name, license, ranges, version }) => [
        code(name),
        license,
        ranges.map(code).join(", "),
        version,
    ]),
)}

[The size of an installation, and install scripts](requirements.md#installation).
`;
}
