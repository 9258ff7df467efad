import type { RunningCommand } from "../support/stack/test-stack";

export const targets = ["cli", "provider", "both", "ctrl-c", "ctrl-c-once", "sibling"] as const;

/**
 * The target of a kill: the engine, the provider's process, or both at once; or the engine is interrupted twice, or
 * once; or a sibling of the resource fails. After the last two, running work is finished, but the program never learns
 * of it.
 */
export type Target = (typeof targets)[number];

export const targetTitles: Readonly<Record<Target, string>> = {
    cli: "CLI",
    provider: "provider",
    both: "both",
    "ctrl-c": "Ctrl-C twice",
    "ctrl-c-once": "Ctrl-C once",
    sibling: "sibling",
};

/** The pause between two interrupts; if it were shorter, the engine would take them for one. */
const interruptPauseMs = 200;

/** Hits a running command at one target. */
export const hit: Readonly<Record<Target, (command: RunningCommand) => Promise<void>>> = {
    cli: ({ killEngine }) => killEngine(),
    provider: ({ killProvider }) => killProvider(),
    both: async ({ killEngine, killProvider }) => {
        await killProvider();
        await killEngine();
    },
    "ctrl-c": async ({ interrupt }) => {
        interrupt();
        await new Promise((resolve) => setTimeout(resolve, interruptPauseMs));
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

/** Tells whether a kill also ends the call at which it happens, because nobody is left to receive the answer. */
export function breaksCall(target: Target): boolean {
    return target === "provider" || target === "both";
}
