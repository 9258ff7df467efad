/** The page of the package's documentation that lists all errors. */
export const errorsPage = "docs/errors.md";

/**
 * Returns the anchor of a code in docs/errors.md: the code in small letters, with a hyphen in place of each dot and
 * before each capital that follows a small letter or a digit. People keep such addresses, so the rule never changes.
 */
export function anchorOf(code: string): string {
    return code
        .replace(/(?<=[a-z\d])(?=[A-Z])/g, "-")
        .replaceAll(".", "-")
        .toLowerCase();
}

export function addressOf(code: string): string {
    return `${errorsPage}#${anchorOf(code)}`;
}

/** Returns the line that ends an error and says where to read more about these codes, without a network. */
export function whereToRead(codes: readonly string[]): string {
    const anchors = [...new Set(codes.map((code) => `#${anchorOf(code)}`))];
    return `More: npx app-snapshot explain ${codes.join(" ")}, or ${errorsPage}${anchors.join(", ")} in this package.`;
}
