import { sha256 } from "../../../runtime/digest";
import type { LinuxSpecification, ScriptSource } from "../../inputs/specification";
import { scriptDirectory, sweptSuffix } from "./directory";

/** A script file on the instance. */
export interface ScriptFile {
    readonly path: string;
    /** The delivery to that path; undefined for a script that is already on the instance. */
    readonly delivery?: Delivery;
}

export interface Delivery {
    readonly what: "pre" | "post";
    /** The file's name in the directory of delivered scripts. */
    readonly name: string;
    readonly content: string;
    /** The digest of the content, in hexadecimal digits. */
    readonly sha256: string;
}

export interface ScriptFiles {
    readonly pre: ScriptFile;
    readonly post: ScriptFile;
    /** True if delivered files stay on the instance. */
    readonly kept: boolean;
}

/**
 * Returns the script files of one run. The names of delivered ones contain the run's id, so that two runs never share a
 * file, and a digest of the content, so that a change can be detected.
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

/** Returns the deliveries of scripts. */
export function deliveriesOf({ pre, post }: ScriptFiles): Delivery[] {
    return [pre, post].flatMap(({ delivery }) => (delivery === undefined ? [] : [delivery]));
}
