import type { Circumstances } from "../../errors/circumstances";
import type { OperatingSystem, SnapshotSpecification } from "./specification";

/**
 * Returns the circumstances on which the remedies for a snapshot depend.
 *
 * @param osType undefined if it is not known.
 */
export function circumstancesOf(
    specification: SnapshotSpecification,
    osType: OperatingSystem | undefined,
): Circumstances {
    const { linux, windows, excludeDiskIds, requiredConsistency, onDegraded } = specification;
    const scripts =
        osType === "windows" || linux.scripts === undefined ? [] : [linux.scripts.pre, linux.scripts.post];
    return {
        linux: osType !== "windows",
        windows: osType !== "linux",
        scriptsByPath: scripts.some((script) => "path" in script),
        scriptsDelivered: scripts.some((script) => "content" in script),
        writersOff: !windows.enableWriters,
        excludesDisks: excludeDiskIds.length > 0,
        mayRequireLess: requiredConsistency === "application",
        mayKeep: onDegraded === "fail",
        attachesRole: specification.roleAttachment !== "none",
        role: `the RAM role ${specification.ramRoleName}`,
    };
}
