/**
 * A local emulator of the parts of the Alibaba Cloud ECS API, of Cloud Assistant and of the snapshot plugin that
 * application-consistent snapshots need.
 */
export { type Behaviour, defaultBehaviour } from "./settings/behaviour";
export type { CallListener, EmulatorCall } from "./gateway/call";
export type { CommandExecution } from "./settings/command-execution";
export type { Clock } from "./clock/clock";
export { type Emulator, type EmulatorOptions, startEmulator } from "./emulator";
export type { Cost, OperationCost } from "./gateway/costs";
export type { Fault, FaultKind } from "./gateway/faults";
export type { Fixture, FixtureInstance, PluginOutcome } from "./fixture/fixture";
export { manyInstances, type ManyInstancesOptions } from "./fixture/many-instances";
export { parseFixture } from "./fixture/parse";
export { defaultFixture, readFixture } from "./fixture/read";
export { FixtureError } from "./fixture/schema";
export type { LedgerEntry } from "./gateway/ledger";
export type { Quota } from "./gateway/quotas";
export type {
    InstanceState,
    InvocationState,
    SnapshotGroupState,
    SnapshotState,
    State,
} from "./controls/state";
export { readSettings, type Settings } from "./settings/settings";
export { fastTiming, realisticTiming, type Timing } from "./settings/timing";
