/**
 * A local emulator of the parts of the Alibaba Cloud ECS API, of Cloud Assistant and of the snapshot plugin that
 * application-consistent snapshots need.
 */
export { type Behaviour, defaultBehaviour } from "./settings/behaviour";
export type { CallListener, EmulatorCall } from "./gateway/call";
export type { Clock } from "./clock/clock";
export type { TestControls } from "./controls/test-controls";
export { type Emulator, type EmulatorOptions, startEmulator } from "./emulator";
export type { Fault, FaultKind, FaultPlan } from "./gateway/faults";
export type {
    Fixture,
    FixtureAgent,
    FixtureCredential,
    FixtureDisk,
    FixtureInstance,
    FixtureRole,
    InstanceDirectory,
    InstanceFile,
    InstanceStatus,
    OsType,
    PluginOutcome,
} from "./fixture/fixture";
export { parseFixture } from "./fixture/parse";
export { defaultFixture, readFixture } from "./fixture/read";
export { FixtureError } from "./fixture/schema";
export type { LedgerEntry } from "./gateway/ledger";
export type {
    InstanceFileState,
    InstanceState,
    InvocationResultState,
    InvocationState,
    SentFileResultState,
    SentFileState,
    SnapshotGroupState,
    SnapshotState,
    State,
} from "./controls/state";
export type { ImageStatus } from "./world/image";
export { fastTiming, realisticTiming, type Timing } from "./settings/timing";
