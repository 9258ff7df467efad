import type { Behaviour } from "../behaviour";
import type { InstanceFile, OsType } from "../fixture/fixture";
import { essdFamily } from "../world/group-life";
import type { Disk } from "../world/instance";
import { allows } from "../world/policy";
import type { PluginOptions } from "./plugin-options";
import { isSupportedSystem } from "./supported-system";

/** What the plugin finds on its instance. */
export interface PluginFacts {
    osType: OsType;
    osName: string;
    /** True when only IMDSv2 answers. */
    metadataNeedsToken: boolean;
    /** The role that the metadata shows; undefined when there is none (yet). */
    roleName: string | undefined;
    /** What that role allows. */
    roleActions: readonly string[];
    disks: readonly Disk[];
    files: readonly InstanceFile[];
    /** Another run on this instance has not ended. */
    otherRun: boolean;
    /** A group of this instance is still uploading. */
    unfinishedGroup: boolean;
}

/** A check that failed: the plugin prints the message and exits with the code. */
export interface Refusal {
    exitCode: number;
    message: string;
}

/** All checks passed. */
export interface Plan {
    disks: Disk[];
    consistency: "application" | "filesystem";
    /** Set when the scripts are in order. */
    scripts: { pre: InstanceFile; post: InstanceFile } | undefined;
    /** Errors that only degrade the result. */
    complaints: string[];
}

const namePattern = /^[A-Za-z][A-Za-z0-9._:-]{1,127}$/;

/** The checks that come before anything is touched. */
export function precheck(
    options: PluginOptions,
    facts: PluginFacts,
    behaviour: Pick<Behaviour, "imdsv2" | "previousSnapshotInProgress">,
): Refusal | Plan {
    if (facts.metadataNeedsToken && behaviour.imdsv2 === "unsupported") {
        return refuse(1, "Network check failed: cannot read the instance metadata");
    }
    if (options.ramRoleName === "" || options.ramRoleName !== facts.roleName) {
        return refuse(13, `Get RAM role failed: ${options.ramRoleName} is not authorized for this instance`);
    }
    if (!isSupportedSystem(facts.osType, facts.osName)) {
        return refuse(1, `The operating system is not supported: ${facts.osName}`);
    }
    if (options.name !== "" && !namePattern.test(options.name)) {
        return refuse(1, `The snapshot name is invalid: ${options.name}`);
    }
    for (const action of [
        "ecs:DescribeDisks",
        "ecs:CreateSnapshotGroup",
        "ecs:DescribeSnapshotGroups",
        "ecs:TagResources",
    ]) {
        if (!allows(facts.roleActions, action)) {
            return refuse(3, `The RAM role is not authorized to call ${action}`);
        }
    }
    const disks = facts.disks.filter(
        (disk) => essdFamily.has(disk.category) && !options.excludeDiskIds.includes(disk.diskId),
    );
    if (disks.length === 0) {
        const none = facts.disks.every((disk) => !essdFamily.has(disk.category));
        return refuse(3, none ? "No ESSD Disk is attached" : "All attached ESSD Disks were excluded");
    }
    if (facts.otherRun) {
        return refuse(16, "The previous snapshot is in progress");
    }
    if (facts.unfinishedGroup && behaviour.previousSnapshotInProgress === "refused") {
        return refuse(16, "The previous snapshot is still being created");
    }
    return { disks, ...consistency(options, facts) };
}

function consistency(options: PluginOptions, facts: PluginFacts): Omit<Plan, "disks"> {
    if (facts.osType === "windows") {
        const application = options.enableWriters;
        return {
            consistency: application ? "application" : "filesystem",
            scripts: undefined,
            complaints: [],
        };
    }
    const pre = checkScript("PreScript", options.preScriptPath, facts.files);
    const post = checkScript("PostScript", options.postScriptPath, facts.files);
    if (typeof pre === "string" || typeof post === "string") {
        const complaints = [pre, post].filter((item) => typeof item === "string");
        return { consistency: "filesystem", scripts: undefined, complaints };
    }
    return { consistency: "application", scripts: { pre, post }, complaints: [] };
}

/** The script, or what is wrong with it. Only root may own it, and only root may touch it. */
function checkScript(what: string, path: string, files: readonly InstanceFile[]): InstanceFile | string {
    if (path === "") {
        return `${what} is not set`;
    }
    const file = files.find((item) => item.path === path);
    if (file === undefined) {
        return `${what} ${path} does not exist`;
    }
    if (file.owner !== "root") {
        return `${what} ${path} is not owned by root`;
    }
    if (Number.parseInt(file.mode, 8) !== 0o700) {
        return `${what} ${path} has the permission ${file.mode}, 0700 is required`;
    }
    return file;
}

function refuse(exitCode: number, message: string): Refusal {
    return { exitCode, message };
}
