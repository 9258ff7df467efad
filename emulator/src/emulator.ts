import { Agent } from "./agent/agent";
import { Runner } from "./agent/runner";
import { checkCopiesPlace, checkImages } from "./block-image/check-images";
import { ImageCopies } from "./block-image/image-copies";
import { type Behaviour, defaultBehaviour } from "./behaviour";
import type { CallListener } from "./call";
import { type Clock, systemClock } from "./clock";
import { Edit } from "./edit";
import { FaultPlan } from "./faults";
import type { Fixture } from "./fixture/fixture";
import { parseFixture } from "./fixture/parse";
import { defaultFixture } from "./fixture/read";
import { checkMounts } from "./freeze/check-mounts";
import { Control } from "./gateway/control";
import { Gateway } from "./gateway/gateway";
import { Server } from "./gateway/server";
import type { LedgerEntry } from "./ledger";
import { operations } from "./operations/table";
import { type State, stateOf } from "./state";
import { fastTiming, type Timing } from "./timing";
import { CloudClock } from "./world/cloud-clock";
import { World } from "./world/world";

/** How to start an emulator. */
export interface EmulatorOptions {
    /** Default 0: a free one. */
    port?: number;
    /** Default: {@link defaultFixture}. */
    fixture?: Fixture;
    /** Changes to {@link fastTiming}. */
    timing?: Partial<Timing>;
    /** Changes to {@link defaultBehaviour}. */
    behaviour?: Partial<Behaviour>;
    /** Gets a line per request. Default: nothing is logged. */
    log?: (line: string) => void;
    /** Is called with every admitted request, before it takes effect and before it is answered, and awaited. */
    onCall?: CallListener;
    /** Serves {@link Emulator.state}, the ledger and faults under `/_emulator/`, without a signature. Default false. */
    control?: boolean;
    /** Default: the machine's clock. */
    clock?: Clock;
}

/** A running emulator. */
export interface Emulator {
    /** `http://127.0.0.1:PORT` */
    readonly url: string;
    readonly port: number;
    /** Every request since the start, the refused ones too. */
    readonly ledger: readonly LedgerEntry[];
    readonly state: State;
    readonly faults: FaultPlan;
    readonly edit: Edit;
    /**
     * Stops listening, ends the commands still running (and nothing else), thaws what it froze, removes its temporary
     * files.
     */
    close(): Promise<void>;
}

/** Starts an emulator on the loopback address. Rejects when the port is taken or the fixture is not valid. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
    const fixture = parseFixture(options.fixture ?? defaultFixture());
    for (const [index, instance] of fixture.instances.entries()) {
        checkMounts(instance, `instances[${index}]`);
        checkImages(instance, `instances[${index}]`);
    }
    checkCopiesPlace(fixture.snapshotImages, fixture.instances);
    const imageCopies = new ImageCopies(fixture.snapshotImages);
    const timing = { ...fastTiming, ...options.timing };
    const cloudClock = new CloudClock(timing.clockOffsetMs);
    const world = new World(
        fixture.regionId,
        {
            clock: options.clock ?? systemClock,
            cloudClock,
            timing,
            behaviour: { ...defaultBehaviour, ...options.behaviour },
            credentials: fixture.credentials,
            roles: fixture.roles,
            accountId: fixture.accountId ?? "1234567890123456",
            pluginConfigTimeoutSeconds: fixture.pluginConfigTimeoutSeconds ?? 7200,
            imageCopies,
        },
        fixture.instances,
    );
    const faults = new FaultPlan(operations);
    const agent = new Agent(await Runner.open());
    const gateway = new Gateway(world, agent, faults, options.log, options.onCall);
    const state = stateOf(world);
    const edit = new Edit(world);
    const control = options.control === true ? new Control(faults, state, gateway.ledger, edit) : undefined;
    const server = new Server(gateway, () => cloudClock.at(world.now), control);
    let port: number;
    try {
        port = await server.listen(options.port ?? 0);
    } catch (error) {
        await agent.close();
        throw error;
    }
    let closing: Promise<void> | undefined;
    return {
        url: `http://127.0.0.1:${port}`,
        port,
        ledger: gateway.ledger,
        state,
        faults,
        edit,
        close: () => {
            gateway.close();
            return (closing ??= Promise.all([server.close(), agent.close(), imageCopies.close()]).then(
                () => undefined,
            ));
        },
    };
}
