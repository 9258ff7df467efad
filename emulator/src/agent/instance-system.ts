import type { Instance } from "../world/instance";

const linuxDirectories = [
    "/",
    "/bin",
    "/etc",
    "/home",
    "/opt",
    "/root",
    "/tmp",
    "/usr",
    "/usr/local",
    "/var",
    "/var/log",
];

/** Whether a directory exists on the instance: the usual ones, and those that hold its files. Empty is the default. */
export function isKnownDirectory(instance: Instance, directory: string): boolean {
    if (directory === "") {
        return true;
    }
    if (instance.osType === "windows") {
        return /^[cC]:\\/.test(directory);
    }
    const wanted = directory.replace(/(.)\/+$/, "$1");
    return (
        linuxDirectories.includes(wanted) || instance.files.some((file) => file.path.startsWith(`${wanted}/`))
    );
}

/** Whether an account exists on the instance: the built-in ones only. Empty is the default. */
export function isKnownAccount(instance: Instance, username: string): boolean {
    const accounts = instance.osType === "linux" ? ["", "root"] : ["", "System", "Administrator"];
    return accounts.includes(username);
}
