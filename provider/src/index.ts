/**
 * Application-consistent snapshots of Alibaba Cloud ECS instances, as a Pulumi resource.
 *
 * @packageDocumentation
 */
export { AppConsistentSnapshot, type AppConsistentSnapshotState } from "./resource/app-consistent-snapshot";
export type { AppConsistentSnapshotArgs, LinuxSnapshotArgs, WindowsSnapshotArgs } from "./resource/arguments";
export type { OnDegraded, RequiredConsistency, RoleAttachment, ScriptOutput, WaitFor } from "./inputs/inputs";
export type { OperatingSystem } from "./inputs/specification";
export type { Durations } from "./lifecycle/evidence";
export type { SnapshotOutput } from "./lifecycle/outputs";
export type { Consistency } from "./snapshot-group/consistency";
export * as recipes from "./recipes/recipes";
