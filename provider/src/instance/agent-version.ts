/**
 * Versions of the Cloud Assistant agent. The second number is the family of the operating system (2.2.x.y for
 * Linux, 2.1.x.y for Windows), so versions compare by the third and the fourth.
 */
export type AgentVersion = readonly [third: number, fourth: number];

/** The first agent with the plugin manager that fetches and runs plugins as today's does. */
export const oldestWithPlugins: AgentVersion = [3, 317];

/** The first agent whose plugin manager knows `--paramsV2`, which a list of disks needs. */
export const oldestWithParamsV2: AgentVersion = [3, 349];

/** The first agent whose plugin manager knows `--timeout`. */
export const oldestWithTimeout: AgentVersion = [3, 499];

/** The version, or undefined when the text is none. */
export function parseAgentVersion(text: string): AgentVersion | undefined {
    const match = /^\d+\.\d+\.(\d+)\.(\d+)$/.exec(text.trim());
    return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** Whether a version is at least another one. */
export function isAtLeast(version: AgentVersion, other: AgentVersion): boolean {
    return version[0] > other[0] || (version[0] === other[0] && version[1] >= other[1]);
}
