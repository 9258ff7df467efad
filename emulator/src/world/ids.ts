import { randomBytes } from "node:crypto";

const digits = "0123456789abcdefghijklmnopqrstuvwxyz";

function random(length: number): string {
    return Array.from(randomBytes(length), (byte) => digits.charAt(byte % digits.length)).join("");
}

/** New ids, of the length and prefix that the cloud's have. */
export const newId = {
    snapshotGroup: () => `ssg-bp1${random(17)}`,
    snapshot: () => `s-bp1${random(17)}`,
    invocation: () => `t-hz0${random(13)}`,
    sentFile: () => `f-hz0${random(13)}`,
    command: () => `c-hz0${random(13)}`,
};
