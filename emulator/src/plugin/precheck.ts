import { octal } from "../file-system/inode";
import type { OsType } from "../fixture/fixture";
import type { Behaviour } from "../settings/behaviour";
import { essdFamily } from "../world/group-life";
import type { Disk } from "../world/instance";
import { allows } from "../world/policy";
import type { PluginOptions } from "./plugin-options";
import { isSupportedSystem } from "./supported-system";

/** The facts that the plugin finds on its instance. */
export interface PluginFacts {
    readonly osType: OsType;
    readonly osName: string;
    /** False when the metadata service is off, or can't be reached. */
    readonly metadataAnswers: boolean;
    /** False when the ECS endpoint of the region can't be reached. */
    readonly endpointAnswers: boolean;
    /** True when only IMDSv2 answers. */
    readonly metadataNeedsToken: boolean;
    /** The role that the metadata shows; undefined when there is none (yet). */
    readonly roleName: string | undefined;
    /** The actions that this role allows. */
    readonly roleActions: readonly string[];
    readonly disks: readonly Disk[];
    /** Returns the file that a path leads to. */
    script(path: string): ScriptFile | undefined;
    /** True while another run on this instance has not ended. */
    readonly otherRun: boolean;
    /** True while a group of this instance is still uploading. */
    readonly unfinishedGroup: boolean;
}

/** The facts that the plugin checks of a script. */
export interface ScriptFile {
    readonly owner: string;
    readonly mode: number;
    /** True if the path is that of a symbolic link to it. */
    readonly isLink: boolean;
}

/** A check that failed: the plugin prints the message and exits with the code. */
interface PluginRefusal {
    readonly exitCode: number;
    readonly message: string;
}

/** The plan of a run whose checks all passed. */
export interface Plan {
    readonly disks: Disk[];
    readonly consistency: "application" | "filesystem";
    /** The paths of the scripts, when they are in order. */
    readonly scripts: { readonly pre: string; readonly post: string } | undefined;
    /** Errors that only degrade the result. */
    readonly complaints: string[];
}

const namePattern = /^[A-Za-z][A-Za-z0-9._:-]{1,127}$/;

/** Runs the checks that come before anything is touched. */
export function precheck(
    options: PluginOptions,
    facts: PluginFacts,
    behaviour: Pick<Behaviour, "imdsv2" | "previousSnapshotInProgress" | "linkedScript">,
): PluginRefusal | Plan {
    if (!facts.metadataAnswers || (facts.metadataNeedsToken && behaviour.imdsv2 === "unsupported")) {
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
    if (!facts.endpointAnswers) {
        return refuse(1, "Network check failed: cannot reach the ECS endpoint");
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
    return { disks, ...consistency(options, facts, behaviour) };
}

function consistency(
    options: PluginOptions,
    facts: PluginFacts,
    behaviour: Pick<Behaviour, "linkedScript">,
): Omit<Plan, "disks"> {
    if (facts.osType === "windows") {
        return {
            consistency: options.enableWriters ? "application" : "filesystem",
            scripts: undefined,
            complaints: [],
        };
    }
    const { preScriptPath: pre, postScriptPath: post } = options;
    const complaints = [
        scriptComplaint("PreScript", pre, facts, behaviour),
        scriptComplaint("PostScript", post, facts, behaviour),
    ].filter((complaint) => complaint !== undefined);
    return complaints.length > 0
        ? { consistency: "filesystem", scripts: undefined, complaints }
        : { consistency: "application", scripts: { pre, post }, complaints };
}

/** Returns what is wrong with a script, if anything. Only root may own it, and only root may touch it. */
function scriptComplaint(
    what: string,
    path: string,
    facts: PluginFacts,
    behaviour: Pick<Behaviour, "linkedScript">,
): string | undefined {
    if (path === "") {
        return `${what} is not set`;
    }
    const file = facts.script(path);
    if (file === undefined) {
        return `${what} ${path} does not exist`;
    }
    if (file.isLink && behaviour.linkedScript === "refused") {
        return `${what} ${path} is a symbolic link`;
    }
    if (file.owner !== "root") {
        return `${what} ${path} is not owned by root`;
    }
    if (file.mode !== 0o700) {
        return `${what} ${path} has the permission ${octal(file.mode)}, 0700 is required`;
    }
    return undefined;
}

function refuse(exitCode: number, message: string): PluginRefusal {
    return { exitCode, message };
}
