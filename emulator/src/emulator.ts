import { Agent } from "./agent/agent";
import { Runner } from "./agent/runner";
import { type Behaviour, defaultBehaviour } from "./behaviour";
import { type Clock, systemClock } from "./clock";
import { Edit } from "./edit";
import { FaultPlan } from "./faults";
import type { Fixture } from "./fixture/fixture";
import { parseFixture } from "./fixture/parse";
import { defaultFixture } from "./fixture/read";
import { Gateway } from "./gateway/gateway";
import { Server } from "./gateway/server";
import type { LedgerEntry } from "./ledger";
import { type State, stateOf } from "./state";
import { fastTiming, type Timing } from "./timing";
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
    /** Stops listening, ends the commands still running (and nothing else), removes its temporary files. */
    close(): Promise<void>;
}

/** Starts an emulator on the loopback address. Rejects when the port is taken or the fixture is not valid. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
    const fixture = parseFixture(options.fixture ?? defaultFixture());
    const world = new World(
        fixture.regionId,
        {
            clock: options.clock ?? systemClock,
            timing: { ...fastTiming, ...options.timing },
            behaviour: { ...defaultBehaviour, ...options.behaviour },
            roles: fixture.roles,
            accountId: fixture.accountId ?? "1234567890123456",
            pluginConfigTimeoutSeconds: fixture.pluginConfigTimeoutSeconds ?? 7200,
        },
        fixture.instances,
    );
    const faults = new FaultPlan();
    const agent = new Agent(await Runner.open());
    const gateway = new Gateway(world, agent, faults, fixture.credentials, options.log);
    const server = new Server(gateway);
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
        state: stateOf(world),
        faults,
        edit: new Edit(world),
        close: () => {
            gateway.close();
            return (closing ??= Promise.all([server.close(), agent.close()]).then(() => undefined));
        },
    };
}
