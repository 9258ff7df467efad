/** The state in which an error may leave the file systems and the application of the instance. */
export type InstanceState = keyof typeof instanceStates;

/** Every state: `brief` is one word or more, and `text` says what to look at, in whole sentences. */
export const instanceStates = {
    urgent: {
        brief: "possibly, until somebody acts",
        text: "Possibly: a file system may be frozen, or the application paused, until somebody acts. Check at once that the application accepts writes, and that a file can be written on each file system: a write that hangs means that it is frozen. On Linux thaw each with `fsfreeze --unfreeze <mount point>`, which does no harm to a file system that is not frozen; if the application is paused, do what the post-script does. If Cloud Assistant does not get through, log in with the console's VNC or Session Manager; a restart thaws everything.",
    },
    application: {
        brief: "possibly the application",
        text: "No file system is frozen, but the pre-script may have paused the application before it failed. Check that the application accepts writes; if it does not, do what the post-script does.",
    },
    unlikely: {
        brief: "no case is known",
        text: "No case is known in which something stays frozen or paused after this error. If in doubt, check that the application accepts writes.",
    },
    never: { brief: "no", text: "No." },
    running: {
        brief: "not by this error",
        text: "Not by this error. But a run of the plugin that has not ended may still be at work: it thaws and resumes by itself, and its command must not be stopped.",
    },
    unknown: {
        brief: "unknown",
        text: "That is unknown, because the result of the plugin is. If in doubt, check that the application accepts writes.",
    },
    quoted: {
        brief: "see the errors of the instances",
        text: "See the errors of the instances, which the details quote: the urgent ones come first.",
    },
} as const satisfies Readonly<Record<string, { readonly brief: string; readonly text: string }>>;

/** The codes whose state is not that of their table. */
export const particularStates: Readonly<Record<string, InstanceState>> = {
    PluginPreScriptFailed: "application",
    ScriptsRefused: "never",
    ResultForgotten: "unknown",
    InstancesFailed: "quoted",
    FleetNotDeleted: "quoted",
};
