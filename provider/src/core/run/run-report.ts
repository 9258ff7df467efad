import { withoutUndefined } from "../../runtime/json";
import type { InvocationResult } from "../../cloud/ecs/api";
import type { LinuxInputs, ScriptOutput } from "../inputs/inputs";
import { hasTexts } from "../inputs/script-digest";
import { stepDurations } from "../plugin/durations";
import type { PluginOutput } from "../plugin/output";
import type { Words } from "../plugin/words";
import type { ScriptOutputs } from "../plugin/scripts/script-output";

/** What the plugin said of its run, and how long things took. */
export interface RunReport extends ScriptOutputs {
    /** Its last message, or what its output ends in. */
    readonly pluginMessage?: string;
    /** Its last messages, as they came. */
    readonly pluginMessages?: readonly string[];
    readonly durations?: Durations;
    /** What was to become of what it said, whatever the program says by now; see `scriptOutputIn`. */
    readonly scriptOutput?: ScriptOutput;
}

/** In seconds; what is not told is not there. */
export interface Durations {
    /**
     * The whole command on the instance, as Cloud Assistant tells it: a whole number.
     *
     * @unit seconds
     */
    readonly command?: number;
    /**
     * The pre-script, as the plugin measured it.
     *
     * @unit seconds
     */
    readonly preScript?: number;
    /**
     * From the beginning of the freeze to the end of the thaw, as the plugin measured it.
     *
     * @unit seconds
     */
    readonly freeze?: number;
    /**
     * The post-script, as the plugin measured it.
     *
     * @unit seconds
     */
    readonly postScript?: number;
}

export function runReport(
    { startTime, finishedTime }: Pick<InvocationResult, "startTime" | "finishedTime">,
    { message, messages, scripts }: Pick<PluginOutput, "message" | "messages" | "scripts">,
    scriptOutput: ScriptOutput | undefined,
): RunReport {
    const command = (Date.parse(finishedTime) - Date.parse(startTime)) / 1000;
    return withoutUndefined({
        pluginMessage: message,
        pluginMessages: messages,
        ...scripts,
        durations: withoutUndefined({
            command: Number.isNaN(command) ? undefined : command,
            ...stepDurations(messages),
        }),
        scriptOutput,
    });
}

/** What a state tells of a run. */
type RecordedReport = RunReport & { readonly linux?: LinuxInputs };

/** Returns the report that a state holds. */
export function reportIn(state: RecordedReport): RunReport {
    const { pluginMessage, pluginMessages, preScriptOutput, postScriptOutput, durations } = state;
    return withoutUndefined({
        pluginMessage,
        pluginMessages,
        preScriptOutput,
        postScriptOutput,
        durations,
        scriptOutput: scriptOutputIn(state),
    });
}

/** Returns what an error quotes of a report. */
export function wordsIn(report: RunReport): Words {
    return { message: report.pluginMessage ?? "", scripts: report };
}

/** What is to become of the plugin's words in a state. An older release took those of delivered scripts for secrets. */
export function scriptOutputIn({
    scriptOutput,
    linux,
}: Pick<RecordedReport, "scriptOutput" | "linux">): ScriptOutput | undefined {
    return scriptOutput ?? (hasTexts(linux) ? "secret" : undefined);
}
