import { sha256 } from "../../runtime/digest";
import type { LinuxInputs } from "./inputs";

type Texts = Pick<LinuxInputs, "preScript" | "postScript">;

/** Tells whether the text of a script is given, or a placeholder for a delivered one. */
export function hasTexts({ preScript, postScript }: Texts = {}): boolean {
    return preScript !== undefined || postScript !== undefined;
}

/** Returns a digest of the texts of scripts; undefined if none is given. */
export function textDigest(texts: Texts = {}): string | undefined {
    return hasTexts(texts) ? sha256(`${texts.preScript ?? ""}\0${texts.postScript ?? ""}`) : undefined;
}
