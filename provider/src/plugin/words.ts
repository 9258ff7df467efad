import type { ScriptOutput } from "../inputs/inputs";

const unsaid =
    "what the plugin said is not shown, because its scripts may hold secrets: the ECS console has it, in the output of the invocation";

/** What the plugin said, as the details of an error. */
export function details(message: string, scriptOutput: ScriptOutput | undefined): string {
    return scriptOutput === "secret" && message !== "" ? unsaid : message;
}

/** The same beside other details. */
export function saying(message: string, scriptOutput: ScriptOutput | undefined): string {
    if (message === "") {
        return "";
    }
    return scriptOutput === "secret" ? unsaid : `the plugin said: ${message}`;
}

/** Details one after the other, those that are empty left out. */
export function phrases(...parts: readonly (string | undefined)[]): string {
    return parts.filter((part) => part !== undefined && part !== "").join("; ");
}
