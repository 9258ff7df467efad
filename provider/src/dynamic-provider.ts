import { hostProcess } from "./pulumi/engine/engine-watchdog";
import { appConsistentSnapshotFleetProvider } from "./pulumi/engine/fleet-provider";
import { Session } from "./pulumi/engine/session";
import { appConsistentSnapshotProvider } from "./pulumi/engine/snapshot-provider";

/*
 * A persisted contract: the provider text in every stack's state requires this module by its path, the package's
 * "./dynamic-provider", and calls the members of these exports by name. Old state calls new code, so nothing here
 * may be renamed or removed. This module loads no cloud SDK and nothing of @pulumi/pulumi.
 */

const session = new Session(process.env, process.argv, { host: hostProcess(process) });

/** The implementation that the shim of `AppConsistentSnapshot` delegates to. */
export const appConsistentSnapshot = appConsistentSnapshotProvider(session);

/** The same for `AppConsistentSnapshotFleet`. */
export const appConsistentSnapshotFleet = appConsistentSnapshotFleetProvider(session);
