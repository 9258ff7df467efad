import { Agent } from "./agent/agent";
import { Runner } from "./agent/runner";
import { type Clock, systemClock } from "./clock/clock";
import { CloudClock } from "./clock/cloud-clock";
import { RemoteControl } from "./controls/remote-control";
import { type State, stateOf } from "./controls/state";
import { TestControls } from "./controls/test-controls";
import type { Fixture } from "./fixture/fixture";
import { parseFixture } from "./fixture/parse";
import { defaultFixture } from "./fixture/read";
import { checkMounts } from "./freeze/check-mounts";
import type { CallListener } from "./gateway/call";
import type { Cost } from "./gateway/costs";
import { FaultPlan } from "./gateway/faults";
import { Gateway } from "./gateway/gateway";
import type { LedgerEntry } from "./gateway/ledger";
import { Quotas } from "./gateway/quotas";
import { Server } from "./gateway/server";
import { operations } from "./operations/table";
import { type Behaviour, defaultBehaviour } from "./settings/behaviour";
import type { CommandExecution } from "./settings/command-execution";
import { fastTiming, type Timing } from "./settings/timing";
import { checkCopiesPlace, checkImages } from "./world/check-images";
import { ImageCopies } from "./world/image-copies";
import { World } from "./world/world";

/** The options of {@link startEmulator}. */
export interface EmulatorOptions {
    /** Default 0: a free one. */
    readonly port?: number;
    /** Default: {@link defaultFixture}. */
    readonly fixture?: Fixture;
    /** Changes to {@link fastTiming}. */
    readonly timing?: Partial<Timing>;
    /** Changes to {@link defaultBehaviour}. */
    readonly behaviour?: Partial<Behaviour>;
    /** Is called with every admitted request, before it takes effect and before it is answered, and awaited. */
    readonly onCall?: CallListener;
    /** Serves {@link Emulator.state}, the ledger, the cost, faults, quotas and releases under `/_emulator/`, unsigned. Default false. */
    readonly control?: boolean;
    /** Default: the machine's clock. */
    readonly clock?: Clock;
    /** Default "executed"; "sampled" is for measurements with many instances. */
    readonly commands?: CommandExecution;
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
    readonly quotas: Quotas;
    /** The cost of the emulator itself so far. */
    readonly cost: Cost;
    readonly controls: TestControls;
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
            pluginConfigTimeoutSeconds: fixture.pluginConfigTimeoutSeconds ?? 7200,
            imageCopies,
        },
        fixture.instances,
    );
    const faults = new FaultPlan(operations);
    const cloudNow = () => cloudClock.at(world.now);
    const quotas = new Quotas(operations, cloudNow);
    const agent = new Agent(await Runner.open(options.commands ?? "executed"));
    const gateway = new Gateway(world, agent, faults, quotas, options.onCall);
    const state = stateOf(world);
    const controls = new TestControls(world);
    const remoteControl =
        options.control === true ? new RemoteControl(faults, quotas, state, gateway, controls) : undefined;
    const server = new Server(gateway, cloudNow, remoteControl);
    let port: number;
    try {
        port = await server.listen(options.port ?? 0);
    } catch (thrown) {
        await agent.close();
        throw thrown;
    }
    let closing: Promise<void> | undefined;
    return {
        url: `http://127.0.0.1:${port}`,
        port,
        ledger: gateway.ledger,
        state,
        faults,
        quotas,
        get cost() {
            return gateway.costs.total;
        },
        controls,
        close: () => {
            gateway.close();
            return (closing ??= Promise.all([server.close(), agent.close(), imageCopies.close()]).then(
                () => undefined,
            ));
        },
    };
}
