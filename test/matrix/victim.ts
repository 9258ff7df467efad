import type { Part } from "./processes";

export const victims = ["cli", "provider", "both", "ctrl-c"] as const;

/** Who is killed: the engine, the provider's process, both at once; or the engine is interrupted twice. */
export type Victim = (typeof victims)[number];

export const victimTitles: Readonly<Record<Victim, string>> = {
    cli: "CLI",
    provider: "provider",
    both: "both",
    "ctrl-c": "Ctrl-C twice",
};

/** Which processes are hit. */
export function partsOf(victim: Victim): readonly Part[] {
    return parts[victim];
}

const parts: Readonly<Record<Victim, readonly Part[]>> = {
    cli: ["cli"],
    provider: ["provider"],
    both: ["cli", "provider"],
    "ctrl-c": ["cli"],
};

/** Whether nobody is left to get the answer of the call at which it happens; a call without a caller ends there. */
export function breaksCall(victim: Victim): boolean {
    return partsOf(victim).includes("provider");
}
