import type { LinuxInputs } from "./inputs";
import { sha256 } from "../../runtime/digest";

type Texts = Pick<LinuxInputs, "preScript" | "postScript">;

/** Whether the text of a script is given, or stands for one that was delivered. */
export function hasTexts({ preScript, postScript }: Texts = {}): boolean {
    return preScript !== undefined || postScript !== undefined;
}

/** A digest of the texts of scripts; undefined where none is given. */
export function textDigest(texts: Texts = {}): string | undefined {
    return hasTexts(texts) ? sha256(`${texts.preScript ?? ""}\0${texts.postScript ?? ""}`) : undefined;
}
