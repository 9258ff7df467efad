/**
 * Application-consistent snapshots of Alibaba Cloud ECS instances, as a Pulumi resource.
 *
 * @packageDocumentation
 */
export {
    AppConsistentSnapshot,
    type AppConsistentSnapshotState,
} from "./pulumi/resource/app-consistent-snapshot";
export { AppConsistentSnapshotFleet } from "./pulumi/resource/app-consistent-snapshot-fleet";
export type {
    AppConsistentSnapshotArgs,
    CommonSnapshotArgs,
    LinuxSnapshotArgs,
    WindowsSnapshotArgs,
} from "./pulumi/resource/arguments";
export type { AppConsistentSnapshotFleetArgs, FleetInstanceArgs } from "./pulumi/resource/fleet-arguments";
export type { OnFailure } from "./core/inputs/fleet-inputs";
export type {
    OnDegraded,
    RequiredConsistency,
    RoleAttachment,
    ScriptOutput,
    WaitFor,
} from "./core/inputs/inputs";
export type { OperatingSystem } from "./core/inputs/specification";
export type { Durations } from "./core/run/run-report";
export type { FleetFailure, FleetReport, FleetSnapshot } from "./core/fleet/fleet-outputs";
export type { SnapshotOutput } from "./core/lifecycle/outputs";
export type { Consistency } from "./core/snapshot-group/consistency";
export * as policies from "./policies/policies";
export * as recipes from "./recipes/recipes";
