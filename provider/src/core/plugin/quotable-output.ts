import { endOf, phrases } from "../../runtime/text";
import type { ScriptOutput } from "../inputs/inputs";
import type { PluginOutput } from "./output";
import type { ScriptOutputs } from "./scripts/script-output";

const withheld =
    "the plugin's messages and the scripts' output are not shown, because they may contain secrets (linux.scriptOutput): the ECS console shows them in the output of the invocation, the scripts' output in base64";

/** The texts from the instance that an error may quote. */
export type QuotableOutput = Pick<PluginOutput, "message" | "scripts">;

/** Returns these texts as the details of an error, unless they are secret. */
export function messageDetails(
    { message, scripts }: QuotableOutput,
    scriptOutput: ScriptOutput | undefined,
): string {
    const words = phrases(message, ...scriptOutputPhrases(scripts));
    return scriptOutput === "secret" && words !== "" ? withheld : words;
}

/** Returns the same for use beside other details. */
export function attributedDetails(
    { message, scripts }: QuotableOutput,
    scriptOutput: ScriptOutput | undefined,
): string {
    const said = message === "" ? "" : `the plugin said: ${message}`;
    return messageDetails({ message: said, scripts }, scriptOutput);
}

/** An error quotes only the end of a script's output; the resource's outputs have more. */
const longestQuote = 600;

/** Returns a phrase for each script that printed something, on one line. */
export function scriptOutputPhrases({ preScriptOutput, postScriptOutput }: ScriptOutputs): string[] {
    return [["pre", preScriptOutput] as const, ["post", postScriptOutput] as const].flatMap(([what, text]) =>
        text === undefined ? [] : [`the ${what}-script printed: ${quote(text)}`],
    );
}

function quote(text: string): string {
    const line = text.replace(/\s*\n\s*/g, " | ");
    return endOf(line, longestQuote);
}
