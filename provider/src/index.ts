/**
 * Application-consistent snapshots of Alibaba Cloud ECS instances, as a Pulumi resource.
 *
 * @packageDocumentation
 */
export {
    AppConsistentSnapshot,
    type AppConsistentSnapshotState,
} from "./pulumi/resource/app-consistent-snapshot";
export type {
    AppConsistentSnapshotArgs,
    LinuxSnapshotArgs,
    WindowsSnapshotArgs,
} from "./pulumi/resource/arguments";
export type {
    OnDegraded,
    RequiredConsistency,
    RoleAttachment,
    ScriptOutput,
    WaitFor,
} from "./core/inputs/inputs";
export type { OperatingSystem } from "./core/inputs/specification";
export type { Durations } from "./core/run/run-report";
export type { SnapshotOutput } from "./core/lifecycle/outputs";
export type { Consistency } from "./core/snapshot-group/consistency";
export * as recipes from "./recipes/recipes";
