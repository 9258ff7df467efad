/**
 * The text of a command's output. The agent converts the output of a Windows instance to UTF-8, where it knows the
 * instance's code page; bytes that are no UTF-8 are taken for GB 18030, which holds GBK, the code page of Chinese
 * Windows. Either way the plugin's own lines are ASCII, and read the same.
 */
export function decodeOutput(bytes: Uint8Array): string {
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
        return new TextDecoder(isTruncatedUtf8(bytes) ? "utf-8" : "gb18030").decode(bytes);
    }
}

/**
 * A long output is cut at a byte, perhaps in the middle of a character, and more than once. Text in UTF-8 is still
 * told by this: almost all that is not ASCII is right.
 */
function isTruncatedUtf8(bytes: Uint8Array): boolean {
    const text = new TextDecoder("utf-8").decode(bytes);
    const broken = text.split("\uFFFD").length - 1;
    const whole = Array.from(text).filter((character) => character > "\u007F").length - broken;
    return whole > broken * 4;
}
