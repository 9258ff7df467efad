import type { InvocationResult } from "../ecs/api";
import { stepDurations } from "../plugin/durations";
import type { PluginOutput } from "../plugin/output";
import { withoutUndefined, type SnapshotOutputs } from "./outputs";

/** What the plugin said of its run, and how long things took. */
export interface RunEvidence {
    /** Its last message, or what its output ends in. */
    readonly pluginMessage?: string;
    /** Its last messages, as they came. */
    readonly pluginMessages?: readonly string[];
    readonly durations?: Durations;
}

/** In seconds; what is not told is not there. */
export interface Durations {
    /** Of the whole command on the instance, as Cloud Assistant tells it: in whole seconds. */
    readonly command?: number;
    /** Of the pre-script, as the plugin measured it; so are the others. */
    readonly preScript?: number;
    /** From the begin of the freeze to the end of the thaw. */
    readonly freeze?: number;
    readonly postScript?: number;
}

export function runEvidence(
    { startTime, finishedTime }: Pick<InvocationResult, "startTime" | "finishedTime">,
    { message, messages }: Pick<PluginOutput, "message" | "messages">,
): RunEvidence {
    const command = (Date.parse(finishedTime) - Date.parse(startTime)) / 1000;
    return {
        pluginMessage: message,
        pluginMessages: messages,
        durations: withoutUndefined({
            command: Number.isNaN(command) ? undefined : command,
            ...stepDurations(messages),
        }),
    };
}

/** What a state holds of it. */
export function evidenceIn({ pluginMessage, pluginMessages, durations }: SnapshotOutputs): RunEvidence {
    return withoutUndefined({ pluginMessage, pluginMessages, durations });
}
