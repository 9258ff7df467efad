import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
    defaultFixture,
    startEmulator,
    type CallListener,
    type Emulator,
    type Timing,
} from "pulumi-alicloud-app-snapshot-emulator";
import { pluginRuns } from "../e2e/support/plugin-runs";
import { expectSuccess } from "../e2e/support/scenario";
import { Stack, type CommandResult } from "../e2e/support/stack";
import type { CloudView } from "./call-names";
import { attemptState, isPluginRunning, viewOf } from "./cloud-view";
import { firstRevision, snapshotProgram, type Revision } from "./snapshot-program";

/** How long a deleted group is still shown. */
const deletionMs = 400;

/** Long enough that the first look comes before the end, even on a busy machine; short enough for many runs. */
const timing: Partial<Timing> = { pluginMs: 300, deletionMs };

/** An emulator and a stack, for one kill after the other. */
export class World {
    /** The program whose snapshot is in the state; undefined where there is none. */
    revision: Revision | undefined;

    private constructor(
        readonly emulator: Emulator,
        readonly stack: Stack,
        private readonly temporaryFolder: string,
        private readonly calls: { listener?: CallListener },
    ) {}

    static async start(): Promise<World> {
        const calls: { listener?: CallListener } = {};
        const emulator = await startEmulator({
            fixture: defaultFixture(),
            timing,
            onCall: (call) => calls.listener?.(call),
        });
        // Killed processes leave their temporary files behind.
        const temporaryFolder = await mkdtemp(join(tmpdir(), "app-snapshot-matrix-"));
        const stack = await Stack.create(emulator, { environment: { TMPDIR: temporaryFolder } });
        return new World(emulator, stack, temporaryFolder, calls);
    }

    get cloud(): CloudView {
        return viewOf(this.emulator, deletionMs);
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
        this.calls.listener = listener;
        try {
            return await command();
        } finally {
            delete this.calls.listener;
        }
    }

    /** Waits until no snapshot plugin is at work any more. */
    async pluginsEnded(): Promise<void> {
        while (isPluginRunning(this.emulator)) {
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    }

    /** Whether it is as a scenario may begin with: nothing is left of an earlier one but its own snapshot. */
    get isTidy(): boolean {
        const { snapshotGroups } = this.emulator.state;
        return (
            pluginRuns(this.emulator).every((invocation) => attemptState(invocation) !== "open") &&
            snapshotGroups.length === (this.revision === undefined ? 0 : 1)
        );
    }

    /** A killed engine leaves its lock behind. */
    async isLocked(): Promise<boolean> {
        const files = await readdir(join(this.stack.folder, ".pulumi", "locks"), { recursive: true }).catch(
            () => [],
        );
        return files.some((file) => file.endsWith(".json"));
    }

    async close(): Promise<void> {
        await this.stack.remove();
        await this.emulator.close();
        await rm(this.temporaryFolder, { recursive: true, force: true });
    }
}
