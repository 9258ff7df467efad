/**
 * Versions of the Cloud Assistant agent. The second number is the family of the operating system (2.2.x.y for
 * Linux, 2.1.x.y for Windows), so versions compare by the others.
 */
export type AgentVersion = readonly [first: number, third: number, fourth: number];

/** The first agent with the plugin manager that fetches and runs plugins as today's does. */
export const oldestWithPlugins: AgentVersion = [2, 3, 317];

/** The first agent whose plugin manager knows `--paramsV2`, which a list of disks needs. */
export const oldestWithParamsV2: AgentVersion = [2, 3, 349];

/** The first agent whose plugin manager knows `--timeout`. */
export const oldestWithTimeout: AgentVersion = [2, 3, 499];

/** The version, or undefined when the text is none. What stands after the numbers, as in 2.2.4.1-beta, counts for nothing. */
export function parseAgentVersion(text: string): AgentVersion | undefined {
    const match = /^(\d+)\.\d+\.(\d+)\.(\d+)(?:[-+~_].*)?$/.exec(text.trim());
    return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Whether a version is like those that this package was made for. */
export function hasKnownFormat(text: string): boolean {
    return /^2\.\d+\.\d+\.\d+$/.test(text.trim());
}

/** Whether a version is at least another one. */
export function isAtLeast(version: AgentVersion, other: AgentVersion): boolean {
    const differing = version.findIndex((number, at) => number !== other[at]);
    return differing === -1 || (version[differing] ?? 0) > (other[differing] ?? 0);
}

/** As it is written where the family does not matter, such as 2.x.3.317. */
export function anyFamily([first, third, fourth]: AgentVersion): string {
    return `${first}.x.${third}.${fourth}`;
}
