import type { InvocationResult } from "../../cloud/ecs/api";
import { withoutUndefined } from "../../runtime/json";
import type { LinuxInputs, ScriptOutput } from "../inputs/inputs";
import { hasTexts } from "../inputs/script-digest";
import { stepDurations } from "../plugin/durations";
import type { PluginOutput } from "../plugin/output";
import type { QuotableOutput } from "../plugin/quotable-output";
import type { ScriptOutputs } from "../plugin/scripts/script-output";

/** The plugin's messages about its run, and the durations of its steps. */
export interface RunReport extends ScriptOutputs {
    /** The plugin's last message, or the end of its output. */
    readonly pluginMessage?: string;
    /** The plugin's last messages, in order. */
    readonly pluginMessages?: readonly string[];
    readonly durations?: Durations;
    /** The handling of script output for this run, even if the program has changed it; see `scriptOutputIn`. */
    readonly scriptOutput?: ScriptOutput;
}

/** Durations in seconds; a duration that is not reported is absent. */
export interface Durations {
    /**
     * The whole command on the instance, as reported by Cloud Assistant in whole seconds.
     *
     * @unit seconds
     */
    readonly command?: number;
    /**
     * The pre-script, as measured by the plugin.
     *
     * @unit seconds
     */
    readonly preScript?: number;
    /**
     * The time from the start of the freeze to the end of the thaw, as measured by the plugin.
     *
     * @unit seconds
     */
    readonly freeze?: number;
    /**
     * The post-script, as measured by the plugin.
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

/** The part of a state that describes a run. */
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

/** Returns the part of a report that errors quote. */
export function quotableIn(report: RunReport): QuotableOutput {
    return { message: report.pluginMessage ?? "", scripts: report };
}

/** Returns the handling of script output in a state; without a record, the output of delivered scripts is secret. */
export function scriptOutputIn({
    scriptOutput,
    linux,
}: Pick<RecordedReport, "scriptOutput" | "linux">): ScriptOutput | undefined {
    return scriptOutput ?? (hasTexts(linux) ? "secret" : undefined);
}
