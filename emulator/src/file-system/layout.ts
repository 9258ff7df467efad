import type { FixtureInstance, InstanceDirectory, InstanceFile } from "../fixture/fixture";
import { FixtureError } from "../fixture/schema";
import { FileSystemError } from "./error";
import { FileSystem } from "./file-system";

// What every distribution has, with the modes that differ from 0755.
const linuxDirectories: Readonly<Record<string, string>> = {
    "/bin": "0755",
    "/boot": "0755",
    "/dev": "0755",
    "/dev/shm": "1777",
    "/etc": "0755",
    "/home": "0755",
    "/lib": "0755",
    "/media": "0755",
    "/mnt": "0755",
    "/opt": "0755",
    "/root": "0700",
    "/run": "0755",
    "/sbin": "0755",
    "/srv": "0755",
    "/tmp": "1777",
    "/usr": "0755",
    "/usr/bin": "0755",
    "/usr/lib": "0755",
    "/usr/local": "0755",
    "/usr/local/bin": "0755",
    "/usr/local/share": "0755",
    "/usr/sbin": "0755",
    "/usr/share": "0755",
    "/var": "0755",
    "/var/lib": "0755",
    "/var/log": "0755",
    "/var/tmp": "1777",
};

/** Returns the files that an instance of a fixture starts with; on Windows there are none. */
export function filesOf(fixture: FixtureInstance, now: () => number): FileSystem {
    const fileSystem = new FileSystem(now);
    for (const [path, mode] of Object.entries(fixture.osType === "linux" ? linuxDirectories : {})) {
        fileSystem.putDirectory({ path, owner: "root", group: "root", mode });
    }
    for (const directory of fixture.directories ?? []) {
        add(directory, fixture, () => {
            fileSystem.putDirectory(directory);
        });
    }
    for (const file of fixture.files ?? []) {
        add(file, fixture, () => {
            fileSystem.put(file);
        });
    }
    return fileSystem;
}

function add(item: InstanceFile | InstanceDirectory, { instanceId }: FixtureInstance, put: () => void): void {
    try {
        put();
    } catch (thrown) {
        const problem =
            thrown instanceof FileSystemError ? `${item.path}: ${thrown.message}` : String(thrown);
        throw new FixtureError(`the instance ${instanceId}`, `cannot have its files: ${problem}`);
    }
}
