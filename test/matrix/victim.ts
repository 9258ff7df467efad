import type { RunningCommand } from "../support/stack/test-stack";

export const victims = ["cli", "provider", "both", "ctrl-c", "ctrl-c-once", "sibling"] as const;

/**
 * Who is killed: the engine, the provider's process, both at once; or the engine is interrupted twice, or once; or a
 * sibling of the resource fails. After the last two what has begun comes to its end, but the program never knows of it.
 */
export type Victim = (typeof victims)[number];

export const victimTitles: Readonly<Record<Victim, string>> = {
    cli: "CLI",
    provider: "provider",
    both: "both",
    "ctrl-c": "Ctrl-C twice",
    "ctrl-c-once": "Ctrl-C once",
    sibling: "sibling",
};

/** Between the two of a double Ctrl-C; no less, or the engine would take them for one. */
const ctrlCMilliseconds = 200;

/** What is done to a command. */
export const strikes: Readonly<Record<Victim, (command: RunningCommand) => Promise<void>>> = {
    cli: ({ killEngine }) => killEngine(),
    provider: ({ killProvider }) => killProvider(),
    both: async ({ killEngine, killProvider }) => {
        await killProvider();
        await killEngine();
    },
    "ctrl-c": async ({ interrupt }) => {
        interrupt();
        await new Promise((resolve) => setTimeout(resolve, ctrlCMilliseconds));
        interrupt();
    },
    "ctrl-c-once": ({ interrupt }) => {
        interrupt();
        return Promise.resolve();
    },
    sibling: ({ failSibling }) => {
        failSibling();
        return Promise.resolve();
    },
};

/** Whether nobody is left to get the answer of the call at which it happens; a call without a caller ends there. */
export function breaksCall(victim: Victim): boolean {
    return victim === "provider" || victim === "both";
}
