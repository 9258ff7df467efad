import type { FixtureCredential } from "../fixture/fixture";

/** Tells whether a key may use a RAM action. */
export function mayUse({ allow = ["*"] }: FixtureCredential, action: string): boolean {
    return allows(allow, action);
}

/** Tells whether one of the patterns allows an action; `*` in a pattern matches any run of characters. */
export function allows(patterns: readonly string[], action: string): boolean {
    return patterns.some((pattern) => {
        const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
        // RAM compares actions without regard to case.
        return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
    });
}
