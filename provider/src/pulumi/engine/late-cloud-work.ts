import type * as CloudWork from "./cloud-work";

/** Loads what only a call of the cloud needs, at the first such call. */
export function cloudWork(): typeof CloudWork {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late, on purpose
    return require("./cloud-work") as typeof CloudWork;
}
