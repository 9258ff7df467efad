import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
    type CallListener,
    type Emulator,
    startEmulator,
    type Timing,
} from "pulumi-alicloud-app-snapshot-emulator";

import { pluginRuns } from "../support/stack/plugin-runs";
import { expectSuccess } from "../support/stack/program";
import type { CommandResult, StackOptions, TestStack } from "../support/stack/test-stack";
import { watched } from "../support/stack/watched-stack";
import { until } from "../support/until";
import type { CloudView } from "./call-names";
import { isPluginRunning, runState, viewOf } from "./cloud-view";
import { CloudPace } from "./pace";
import { firstRevision, type Revision } from "./revision";
import type { Subject } from "./subject";

/** Long: a deleted group is listed until it has been read once, see `Pace`. */
const timing: Partial<Timing> = { deletionMs: 3_600_000 };

/** Makes a stack of one kind. */
export type CreateStack = (emulator: Emulator, options: StackOptions) => Promise<TestStack>;

/** Holds the present listener for the calls of a world. */
class ListenerSlot {
    listener: CallListener | undefined;
}

/** An emulator and a stack, for one kill after another. */
export class World {
    /** The program whose snapshots are in the state; undefined without any. */
    revision: Revision | undefined;

    private constructor(
        readonly subject: Subject,
        readonly emulator: Emulator,
        readonly stack: TestStack,
        /** Lists the groups that were deleted so far although a state held them or was told to retain them. */
        readonly deletedThoughHeld: () => readonly string[],
        private readonly temporaryFolder: string,
        private readonly pace: CloudPace,
        private readonly calls: ListenerSlot,
    ) {}

    static async start(createStack: CreateStack, subject: Subject): Promise<World> {
        const calls = new ListenerSlot();
        const pace = new CloudPace(subject.allInstanceIds);
        const emulator: Emulator = await startEmulator({
            fixture: subject.fixture(),
            timing,
            onCall: async (call) => {
                const outcome = await calls.listener?.(call);
                pace.follow(emulator, call);
                return outcome;
            },
        });
        // Killed processes leave their temporary files behind.
        const temporaryFolder = await mkdtemp(join(tmpdir(), "app-snapshot-matrix-"));
        const environment = { ...subject.environment, TMPDIR: temporaryFolder };
        const stack = await createStack(emulator, { environment });
        const deleted: string[] = [];
        const watchedStack = watched(stack, emulator, (ids) => deleted.push(...ids));
        return new World(subject, emulator, watchedStack, () => deleted, temporaryFolder, pace, calls);
    }

    get cloud(): CloudView {
        return viewOf(this.emulator, (id) => this.pace.isGone(id));
    }

    /**
     * Takes snapshots if a command needs them at its start.
     *
     * @returns the program of the present snapshots, or the first one.
     */
    async provide(start: "nothing" | "snapshots"): Promise<Revision> {
        if (start === "snapshots" && this.revision === undefined) {
            expectSuccess(await this.stack.up(this.subject.program(firstRevision)));
            this.revision = firstRevision;
        }
        return this.revision ?? firstRevision;
    }

    /** Runs a command with a listener for its calls. */
    async listenedTo(listener: CallListener, command: () => Promise<CommandResult>): Promise<CommandResult> {
        this.pace.hold(this.emulator);
        this.calls.listener = listener;
        try {
            return await command();
        } finally {
            this.calls.listener = undefined;
        }
    }

    /** Waits until no snapshot plugin is at work. */
    async pluginsEnded(): Promise<void> {
        this.pace.release(this.emulator);
        await until(() => !isPluginRunning(this.emulator));
    }

    /** Finishes all deletions that were requested: until then a refresh still lists the groups. */
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

    /** Tells whether the next scenario may start here: of earlier ones only the snapshots in the state are left. */
    get isTidy(): boolean {
        const { snapshotGroups } = this.emulator.state;
        return (
            // A retained snapshot would stay when it is replaced.
            this.revision?.retained !== true &&
            // A fleet that is updated would deliver scripts again.
            this.revision?.delivers !== true &&
            pluginRuns(this.emulator).every((invocation) =>
                ["committed", "closed"].includes(runState(invocation)),
            ) &&
            snapshotGroups.length ===
                (this.revision === undefined ? 0 : this.subject.instanceIds(this.revision).length)
        );
    }

    async close(): Promise<void> {
        await this.stack.remove();
        await this.emulator.close();
        await rm(this.temporaryFolder, { recursive: true, force: true });
    }
}
