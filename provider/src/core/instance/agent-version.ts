/**
 * A version of the Cloud Assistant agent. The second number is the family of the operating system (2.2.x.y for Linux,
 * 2.1.x.y for Windows), so versions are compared by the others.
 */
export type AgentVersion = readonly [first: number, third: number, fourth: number];

/** The first agent whose plugin manager fetches and runs plugins like the current one. */
export const oldestWithPlugins: AgentVersion = [2, 3, 317];

/** The first agent whose plugin manager supports `--paramsV2`, which a list of disks needs. */
export const oldestWithParamsV2: AgentVersion = [2, 3, 349];

/** The first agent whose plugin manager supports `--timeout`. */
export const oldestWithTimeout: AgentVersion = [2, 3, 499];

/** Parses a version; undefined if the text is none. A suffix, as in 2.2.4.1-beta, is ignored. */
export function parseAgentVersion(text: string): AgentVersion | undefined {
    const match = /^(\d+)\.\d+\.(\d+)\.(\d+)(?:[-+~_].*)?$/.exec(text.trim());
    return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Tells whether a version has the format of those that this package was written for. */
export function hasKnownFormat(text: string): boolean {
    return /^2\.\d+\.\d+\.\d+$/.test(text.trim());
}

/** Tells whether a version is at least another one. */
export function isAtLeast(version: AgentVersion, other: AgentVersion): boolean {
    const differing = version.findIndex((number, at) => number !== other[at]);
    return differing === -1 || (version[differing] ?? 0) > (other[differing] ?? 0);
}

/** Formats a version for any family, such as 2.x.3.317. */
export function anyFamily([first, third, fourth]: AgentVersion): string {
    return `${first}.x.${third}.${fourth}`;
}
