import { isoTime, pause } from "../clock/clock";
import type { FileSystem } from "../file-system/file-system";
import type { HoldPoint, PluginOutcome } from "../fixture/fixture";
import type { Freezer } from "../freeze/freezer";
import { checkGroupDescription } from "../parameters/rules";
import type { Starter } from "../processes/children";
import { ApiError } from "../refusals/api-error";
import { essdFamily, hasUnfinishedGroup, takeGroup } from "../world/group-life";
import { type Disk, type Instance, metadataAnswers, visibleRole } from "../world/instance";
import type { Snapshot, SnapshotGroup } from "../world/snapshot";
import type { World } from "../world/world";
import { Account } from "./account";
import { type PluginOptions, readPluginOptions } from "./plugin-options";
import { type Plan, type PluginFacts, precheck, type ScriptFile } from "./precheck";
import { runScript } from "./script";

/** The instance and the process in which the plugin runs. */
export interface PluginHost {
    readonly world: World;
    readonly instance: Instance;
    readonly children: Starter;
    /** A directory of its own for the scripts. */
    readonly workDir: string;
    /** The environment of the scripts. */
    readonly environment: NodeJS.ProcessEnv;
    print(text: string): void;
    /** Aborts when the plugin's process is killed. */
    readonly signal: AbortSignal;
    /** Makes the freezer of one run; `signal` aborts when the plugin is killed. */
    freezer(signal: AbortSignal): Freezer;
    /** True while another run on this instance has not ended. */
    readonly otherRun: boolean;
}

/** Exit code of a plugin that was killed; nobody sees it. */
const killed = 255;
/** Failures that come after the creation of the group. */
const leavesGroup: ReadonlySet<number> = new Set([5, 6, 7, 8, 10, 12]);

/** Runs the snapshot plugin once and returns its exit code. */
export async function runPlugin(
    args: readonly string[],
    outcome: PluginOutcome,
    host: PluginHost,
): Promise<number> {
    const run = new PluginRun(host, outcome);
    const exitCode = await run.execute(args);
    return host.signal.aborted ? killed : exitCode;
}

class PluginRun {
    private readonly account = new Account();

    constructor(
        private readonly host: PluginHost,
        private readonly outcome: PluginOutcome,
    ) {}

    async execute(args: readonly string[]): Promise<number> {
        const { instance, world } = this.host;
        this.log("info", "Version 1.0.0.8");
        const options = readPluginOptions(args, instance.osType, world.services.behaviour);
        const forced = this.outcome.exitCode ?? 0;
        if (forced !== 0) {
            return this.fail(forced, "problem" in options ? undefined : options);
        }
        if ("problem" in options) {
            this.line(`${options.problem}\n`);
            return 2;
        }
        const plan = precheck(options, this.facts(), world.services.behaviour);
        if ("exitCode" in plan) {
            this.log("error", plan.message);
            return plan.exitCode;
        }
        for (const complaint of plan.complaints) {
            this.log("error", complaint);
        }
        return this.take(options, plan);
    }

    private facts(): PluginFacts {
        const { instance, world } = this.host;
        const roleName = visibleRole(instance, world.now);
        return {
            osType: instance.osType,
            osName: instance.osName,
            metadataAnswers: metadataAnswers(instance),
            metadataNeedsToken: instance.httpTokens === "required",
            endpointAnswers: !instance.unreachable.includes("ecs"),
            roleName,
            roleActions: (roleName === undefined ? undefined : world.role(roleName))?.actions ?? [],
            disks: world.disksOf(instance.instanceId),
            script: (path) => scriptAt(path, instance.fileSystem),
            otherRun: this.host.otherRun,
            unfinishedGroup: hasUnfinishedGroup(world, instance.instanceId),
        };
    }

    /** Takes the snapshot: scripts, freeze, group, thaw, tags, in this order. On Windows there are no scripts and no freeze. */
    private async take(options: PluginOptions, plan: Plan): Promise<number> {
        const scripts = plan.scripts;
        if (
            scripts !== undefined &&
            !(await this.account.time("Prescript", () => this.script(scripts.pre, options, "PreScript")))
        ) {
            return 9;
        }
        await this.work(0.4);
        await this.holdAt("start");
        const group = await this.createFrozen(options, plan.disks);
        if (typeof group === "number") {
            return group;
        }
        if (
            scripts !== undefined &&
            !(await this.account.time("Postscript", () => this.script(scripts.post, options, "PostScript")))
        ) {
            return 10;
        }
        await this.work(0.2);
        if (this.killed()) {
            return killed;
        }
        const application = plan.consistency === "application" && this.outcome.degrade !== true;
        await this.account.time("Tag Resources", () => {
            this.tag(group, application);
        });
        this.log("info", `Take ${application ? "AppConsistent" : "FsConsistent"} snapshots successfully`);
        if (this.host.world.services.behaviour.pluginAccount === "printed") {
            for (const line of this.account.lines) {
                this.log("info", line);
            }
        }
        this.line(
            `[snapshotgroup="${group.snapshotGroupId}"][message="Finish whole Processes of Snapshot successfully"]\n`,
        );
        return 0;
    }

    /** Makes the group while everything is frozen; resolves to the exit code if that fails. */
    private async createFrozen(
        options: PluginOptions,
        disks: readonly Disk[],
    ): Promise<SnapshotGroup | number> {
        const { instance, signal } = this.host;
        if (this.killed()) {
            return killed;
        }
        const freezes = instance.osType === "linux" && options.enableFsFreeze;
        const freezer = freezes ? this.host.freezer(signal) : undefined;
        const problem =
            freezer === undefined
                ? undefined
                : await this.account.time("Prepare Freeze", () =>
                      freezer.freeze(this.freezeTimeoutMs(options)),
                  );
        if (problem !== undefined) {
            this.log("error", `Freeze file systems failed: ${problem}`);
            return 11;
        }
        if (freezes) {
            this.log("info", "Freeze file systems successfully");
        }
        const group = await this.account.time("Snapshot Creation", async () => {
            const created = await this.group(options, disks);
            if (created !== undefined) {
                await this.work(0.4);
                await this.holdAt("freeze");
                await this.untilVisible(created);
            }
            return created;
        });
        if (group === undefined) {
            await freezer?.thaw();
            return 4;
        }
        if (this.killed()) {
            // Thawing is left to the freezer, if that lives.
            return killed;
        }
        if (freezer !== undefined && !(await this.account.time("Thaw", () => freezer.thaw()))) {
            this.log("error", "Thaw file systems failed");
            return 12;
        }
        if (freezes) {
            this.log("info", "Thaw file systems successfully");
        }
        return group;
    }

    private freezeTimeoutMs(options: PluginOptions): number {
        return options.freezeTimeoutSeconds * this.host.world.services.timing.secondMs;
    }

    /** Creates the group; resolves to undefined when it could not. */
    private async group(
        options: PluginOptions | undefined,
        disks: readonly Disk[],
    ): Promise<SnapshotGroup | undefined> {
        try {
            // The API's rule; the plugin has none of its own.
            checkGroupDescription(options?.description);
            const group = await takeGroup(this.host.world, disks, {
                instanceId: this.host.instance.instanceId,
                name: options?.name ?? "",
                description: options?.description ?? "",
            });
            this.log("info", `Create snapshot group ${group.snapshotGroupId}`);
            return group;
        } catch (thrown) {
            const why = thrown instanceof ApiError ? `${thrown.code}: ${thrown.message}` : String(thrown);
            this.log("error", `Create snapshot group failed: ${why}`);
            return undefined;
        }
    }

    /** Waits until a new group can be described, as the plugin does. */
    private async untilVisible(group: SnapshotGroup): Promise<void> {
        const { clock, timing } = this.host.world.services;
        const wait = group.creationTime + timing.visibilityMs - this.host.world.now;
        await pause(clock, wait, this.host.signal);
    }

    private tag(group: SnapshotGroup, application: boolean): void {
        const { world } = this.host;
        const { behaviour } = world.services;
        const key = application ? behaviour.consistencyTagKey : "FsConsistent";
        for (const member of world.membersOf(group.snapshotGroupId)) {
            mark(member, key);
        }
        if (behaviour.consistencyTagOnGroup) {
            mark(group, key);
        }
    }

    /** Ends the run with a scripted failure. */
    private async fail(exitCode: number, options: PluginOptions | undefined): Promise<number> {
        const { world, instance } = this.host;
        await this.work(0.8);
        // A scripted failure has no freeze of its own.
        await this.holdAt("start");
        await this.holdAt("freeze");
        if (this.killed()) {
            return killed;
        }
        if (this.outcome.leavesGroup ?? leavesGroup.has(exitCode)) {
            const excluded = options?.excludeDiskIds ?? [];
            const disks = world
                .disksOf(instance.instanceId)
                .filter((disk) => essdFamily.has(disk.category) && !excluded.includes(disk.diskId));
            await this.group(options, disks);
        }
        await this.work(0.2);
        this.log("error", `Snapshot failed with code ${exitCode}`);
        return exitCode;
    }

    private async script(path: string, options: PluginOptions, what: string): Promise<boolean> {
        const inode = this.host.instance.fileSystem.find(path);
        if (inode?.kind !== "file") {
            // It was there when the scripts were checked.
            this.log("error", `Run ${what} failed: ${path}: no such file or directory`);
            return false;
        }
        if (inode.content === undefined) {
            return true;
        }
        const { clock, timing, behaviour } = this.host.world.services;
        const ending = await runScript(path, inode.content, {
            ...this.host,
            clock,
            behaviour,
            timeoutMs: options.scriptTimeoutSeconds * timing.secondMs,
        });
        if (ending === "success") {
            this.log("info", `Run ${what} successfully`);
            return true;
        }
        this.log("error", `Run ${what} failed: ${ending}`);
        return false;
    }

    private async work(share: number): Promise<void> {
        const { world, instance, signal } = this.host;
        const { clock, timing } = world.services;
        const ms = this.outcome.durationMs ?? instance.pluginMs ?? timing.pluginMs;
        await pause(clock, share * ms, signal);
    }

    private async holdAt(point: HoldPoint): Promise<void> {
        if (this.outcome.holdAt === point) {
            await this.host.instance.holds.wait(this.host.signal);
        }
    }

    private killed(): boolean {
        return this.host.signal.aborted;
    }

    private log(level: "info" | "error", message: string): void {
        this.line(`[level="${level}"][time="${isoTime(this.host.world.now)}"][message="${message}"]\n`);
    }

    private line(text: string): void {
        if (this.outcome.output === undefined) {
            this.host.print(this.host.instance.osType === "windows" ? text.replace(/\n$/, "\r\n") : text);
        }
    }
}

function mark({ tags, creationTime }: Snapshot | SnapshotGroup, key: string): void {
    tags.set(key, "True", { after: creationTime, delay: "consistencyTagMs" });
}

/** Returns what the checks see of a script. */
function scriptAt(path: string, fileSystem: FileSystem): ScriptFile | undefined {
    const inode = fileSystem.find(path);
    if (inode?.kind !== "file") {
        return undefined;
    }
    return { owner: inode.owner, mode: inode.mode, isLink: fileSystem.lstat(path).kind === "link" };
}
