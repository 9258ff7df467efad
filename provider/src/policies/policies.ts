export { caller, type CallerOptions } from "./caller";
export type { Policy, PolicyStatement, TrustPolicy } from "./document";
export { instanceRole, instanceRoleTrust } from "./instance-role";
