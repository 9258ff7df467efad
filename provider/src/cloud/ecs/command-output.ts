/**
 * Decodes a command's output. The agent converts the output of a Windows instance to UTF-8 if it knows the instance's
 * code page; other bytes are decoded as GB 18030, which includes GBK, the code page of Chinese Windows. The plugin's
 * own lines are ASCII, and the same in both.
 */
export function decodeOutput(bytes: Uint8Array): string {
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
        return new TextDecoder(isTruncatedUtf8(bytes) ? "utf-8" : "gb18030").decode(bytes);
    }
}

/** Recognizes UTF-8 that was cut inside of characters: almost all characters outside ASCII are valid. */
function isTruncatedUtf8(bytes: Uint8Array): boolean {
    const text = new TextDecoder("utf-8").decode(bytes);
    const broken = text.split("\uFFFD").length - 1;
    const whole = Array.from(text).filter((character) => character > "\u007F").length - broken;
    return whole > broken * 4;
}
