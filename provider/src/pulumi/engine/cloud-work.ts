/*
 * All that only a call of the cloud needs. `lateCloudWork` loads it, so that a preview, and an update that changes
 * nothing, do without.
 */

export { connectedContext } from "../../cloud/connected-context";
export { createSdk } from "../../cloud/ecs/sdk-client";
export { createFleet } from "../../core/fleet/create";
export { removeFleet } from "../../core/fleet/delete";
export { deleteFleetExcess } from "../../core/fleet/fleet-retention";
export { logFleetSuccess } from "../../core/fleet/log-fleet-success";
export { readFleet } from "../../core/fleet/read";
export { updateFleet } from "../../core/fleet/update";
export { create } from "../../core/lifecycle/create";
export { remove } from "../../core/lifecycle/delete";
export { logSuccess } from "../../core/lifecycle/log-success";
export { read } from "../../core/lifecycle/read";
export { deleteSuperseded } from "../../core/lifecycle/retention";
export { update } from "../../core/lifecycle/update";
