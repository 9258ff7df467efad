import type { ScriptOutput } from "../inputs/inputs";
import type { ScriptOutputs } from "./scripts/script-output";
import { endOf, phrases } from "../../runtime/text";
import type { PluginOutput } from "./output";

const withheld =
    "the plugin's messages and the scripts' output are not shown, because they may contain secrets (linux.scriptOutput): the ECS console shows them in the output of the invocation, the scripts' output in base64";

/** What was said on the instance, as far as an error quotes it. */
export type QuotableOutput = Pick<PluginOutput, "message" | "scripts">;

/** What was said, as the details of an error. */
export function messageDetails(
    { message, scripts }: QuotableOutput,
    scriptOutput: ScriptOutput | undefined,
): string {
    const words = phrases(message, ...scriptOutputPhrases(scripts));
    return scriptOutput === "secret" && words !== "" ? withheld : words;
}

/** The same beside other details. */
export function attributedDetails(
    { message, scripts }: QuotableOutput,
    scriptOutput: ScriptOutput | undefined,
): string {
    const said = message === "" ? "" : `the plugin said: ${message}`;
    return messageDetails({ message: said, scripts }, scriptOutput);
}

/** An error has the end of it only; the outputs have more. */
const longestQuote = 600;

/** What each script printed, on one line; nothing for one that printed nothing. */
export function scriptOutputPhrases({ preScriptOutput, postScriptOutput }: ScriptOutputs): string[] {
    return [["pre", preScriptOutput] as const, ["post", postScriptOutput] as const].flatMap(([what, text]) =>
        text === undefined ? [] : [`the ${what}-script printed: ${quote(text)}`],
    );
}

function quote(text: string): string {
    const line = text.replace(/\s*\n\s*/g, " | ");
    return endOf(line, longestQuote);
}
