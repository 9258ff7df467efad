import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
    defaultFixture,
    startEmulator,
    type CallListener,
    type Emulator,
    type Timing,
} from "pulumi-alicloud-app-snapshot-emulator";
import { pluginRuns } from "../support/stack/plugin-runs";
import { expectSuccess } from "../support/stack/program";
import type { CommandResult, StackOptions, TestStack } from "../support/stack/test-stack";
import { until } from "../support/stack/until";
import { watched } from "../support/stack/watched-stack";
import type { CloudView } from "./call-names";
import { runState, isPluginRunning, viewOf } from "./cloud-view";
import { Pace } from "./pace";
import { firstRevision, instanceId, snapshotProgram, type Revision } from "./snapshot-program";

/** Long: what is deleted is shown until somebody has seen that, see `Pace`. */
const timing: Partial<Timing> = { deletionMs: 3_600_000 };

/** Makes a stack of one kind. */
export type CreateStack = (emulator: Emulator, options: StackOptions) => Promise<TestStack>;

/** An emulator and a stack, for one kill after the other. */
export class World {
    /** The program whose snapshot is in the state; undefined where there is none. */
    revision: Revision | undefined;

    private constructor(
        readonly emulator: Emulator,
        readonly stack: TestStack,
        /** What was deleted so far although a state held it, or was told to retain it. */
        readonly deletedThoughHeld: () => readonly string[],
        private readonly temporaryFolder: string,
        private readonly pace: Pace,
        private readonly calls: { listener?: CallListener },
    ) {}

    static async start(createStack: CreateStack): Promise<World> {
        const calls: { listener?: CallListener } = {};
        const pace = new Pace(instanceId);
        const emulator: Emulator = await startEmulator({
            fixture: defaultFixture(),
            timing,
            onCall: async (call) => {
                const outcome = await calls.listener?.(call);
                pace.follow(emulator, call);
                return outcome;
            },
        });
        // Killed processes leave their temporary files behind.
        const temporaryFolder = await mkdtemp(join(tmpdir(), "app-snapshot-matrix-"));
        const stack = await createStack(emulator, { environment: { TMPDIR: temporaryFolder } });
        const deleted: string[] = [];
        const watchedStack = watched(stack, emulator, (ids) => deleted.push(...ids));
        return new World(emulator, watchedStack, () => deleted, temporaryFolder, pace, calls);
    }

    get cloud(): CloudView {
        return viewOf(this.emulator, (id) => this.pace.isGone(id));
    }

    /**
     * Has a snapshot taken where a command needs one to begin with.
     *
     * @returns the program of the snapshot that is there, or the one to begin with.
     */
    async provide(start: "nothing" | "snapshot"): Promise<Revision> {
        if (start === "snapshot" && this.revision === undefined) {
            expectSuccess(await this.stack.up(snapshotProgram(firstRevision)));
            this.revision = firstRevision;
        }
        return this.revision ?? firstRevision;
    }

    /** Runs a command with somebody listening to its calls. */
    async listenedTo(listener: CallListener, command: () => Promise<CommandResult>): Promise<CommandResult> {
        this.pace.hold(this.emulator);
        this.calls.listener = listener;
        try {
            return await command();
        } finally {
            delete this.calls.listener;
        }
    }

    /** Waits until no snapshot plugin is at work any more. */
    async pluginsEnded(): Promise<void> {
        this.pace.release(this.emulator);
        await until(() => !isPluginRunning(this.emulator));
    }

    /** Has the deletions come to their end that were asked for by now: until then a refresh shows what is doomed. */
    endDeletions(): void {
        const { ledger, state, controls } = this.emulator;
        const there = new Set(state.snapshotGroups.map(({ snapshotGroupId }) => snapshotGroupId));
        for (const { action, params } of ledger) {
            const id = params["SnapshotGroupId"];
            if (action === "DeleteSnapshotGroup" && id !== undefined && !there.has(id)) {
                controls.finishDeletion(id);
            }
        }
    }

    /** Whether it is as a scenario may begin with: nothing is left of an earlier one but its own snapshot. */
    get isTidy(): boolean {
        const { snapshotGroups } = this.emulator.state;
        return (
            // What it replaces would stay.
            this.revision?.retained !== true &&
            pluginRuns(this.emulator).every((invocation) =>
                ["committed", "closed"].includes(runState(invocation)),
            ) &&
            snapshotGroups.length === (this.revision === undefined ? 0 : 1)
        );
    }

    async close(): Promise<void> {
        await this.stack.remove();
        await this.emulator.close();
        await rm(this.temporaryFolder, { recursive: true, force: true });
    }
}
