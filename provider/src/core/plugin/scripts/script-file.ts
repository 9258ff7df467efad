import { sha256 } from "../../../runtime/digest";
import type { LinuxSpecification, ScriptSource } from "../../inputs/specification";
import { scriptDirectory, sweptSuffix } from "./directory";

/** A script as a file on the instance. */
export interface ScriptFile {
    readonly path: string;
    /** What is to be delivered to that path; undefined for a script that is there already. */
    readonly delivery?: Delivery;
}

export interface Delivery {
    readonly what: "pre" | "post";
    /** The file's name in the directory of delivered scripts. */
    readonly name: string;
    readonly content: string;
    /** Of the content, in hexadecimal digits. */
    readonly sha256: string;
}

export interface ScriptFiles {
    readonly pre: ScriptFile;
    readonly post: ScriptFile;
    /** Whether delivered files stay on the instance. */
    readonly kept: boolean;
}

/**
 * The files that one run has the plugin run. Those that are delivered have names of their own, so that no two
 * runs ever share a file, with a digest of the content, so that a file is what its name says.
 */
export function scriptFiles(
    { scripts, keepScripts }: Pick<LinuxSpecification, "scripts" | "keepScripts">,
    runId: string,
): ScriptFiles | undefined {
    if (scripts === undefined) {
        return undefined;
    }
    const fileOf = (source: ScriptSource, what: Delivery["what"]): ScriptFile => {
        if ("path" in source) {
            return source;
        }
        const { content } = source;
        const digest = sha256(content);
        const name = `${runId}-${what}-${digest.slice(0, 16)}${keepScripts ? "" : sweptSuffix}`;
        return { path: `${scriptDirectory}/${name}`, delivery: { what, name, content, sha256: digest } };
    };
    return { pre: fileOf(scripts.pre, "pre"), post: fileOf(scripts.post, "post"), kept: keepScripts };
}

/** Those that are to be delivered. */
export function deliveriesOf({ pre, post }: ScriptFiles): Delivery[] {
    return [pre, post].flatMap(({ delivery }) => (delivery === undefined ? [] : [delivery]));
}
