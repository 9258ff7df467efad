import type { Instance } from "../world/instance";

/** Whether a directory exists on the instance. Empty is the default. */
export function isKnownDirectory(instance: Instance, directory: string): boolean {
    if (directory === "") {
        return true;
    }
    return instance.osType === "windows"
        ? /^[cC]:\\/.test(directory)
        : instance.fileSystem.isAbsolute(directory) && instance.fileSystem.isDirectory(directory);
}

/** Whether an account exists on the instance: the built-in ones only. Empty is the default. */
export function isKnownAccount(instance: Instance, username: string): boolean {
    const accounts = instance.osType === "linux" ? ["", "root"] : ["", "System", "Administrator"];
    return accounts.includes(username);
}
