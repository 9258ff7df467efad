// Declares the resources that a test describes as JSON in TEST_PROGRAM, see ../support/stack.ts.
const pulumi = require("@pulumi/pulumi");
const { AppConsistentSnapshot, AppConsistentSnapshotFleet } = require("pulumi-alicloud-app-snapshot");

const { resources } = JSON.parse(process.env.TEST_PROGRAM);

class Group extends pulumi.ComponentResource {
    constructor(name) {
        super("test:index:Group", name);
    }
}

/** The ways in which a script can get to a resource. */
const ways = {
    secrets: (linux) => [
        {
            ...linux,
            preScript: pulumi.secret(linux.preScript),
            postScript: pulumi.secret(linux.postScript),
        },
        {},
    ],
    transforms: (linux) => [
        undefined,
        { transforms: [({ props, opts }) => ({ props: { ...props, linux }, opts })] },
    ],
    transformations: (linux) => [
        undefined,
        { transformations: [({ props, opts }) => ({ props: { ...props, linux }, opts })] },
    ],
};

/** Declares a fleet; returns its outputs. */
function fleetOutputs(name, args, opts, lookUp) {
    const fleet = new AppConsistentSnapshotFleet(name, args, opts);
    const { fleetId, instanceIds, regionId, snapshots, snapshotGroupIdByInstanceId } = fleet;
    const { snapshotIdByDiskId, consistency, failures, reports, warnings, id, urn } = fleet;
    return {
        ...{ fleetId, instanceIds, regionId, snapshots, snapshotGroupIdByInstanceId },
        ...{ snapshotIdByDiskId, consistency, failures, reports, warnings, id, urn },
        ...(lookUp === undefined
            ? {}
            : {
                  snapshotOf: fleet.snapshotOf(lookUp.instanceId),
                  snapshotIdOf: fleet.snapshotIdOf(lookUp.diskId),
              }),
    };
}

for (const resource of resources) {
    const { name, type, args: given = {}, get, lookUp, instanceOf, linuxBy, parent, options = {} } = resource;
    const [linux, more] = linuxBy === undefined ? [given.linux, {}] : ways[linuxBy](given.linux);
    const args = { ...given, linux };
    const opts = { ...options, ...more, ...(parent === undefined ? {} : { parent: new Group(parent) }) };
    if (type === "fleet") {
        module.exports[name] = fleetOutputs(name, args, opts, lookUp);
        continue;
    }
    const snapshot =
        get === undefined
            ? new AppConsistentSnapshot(
                  name,
                  // What another resource puts out is unknown in a preview.
                  instanceOf === undefined
                      ? args
                      : { ...args, instanceId: module.exports[instanceOf].instanceId },
                  opts,
              )
            : AppConsistentSnapshot.get(name, get, args, opts);
    const { snapshotGroupId, snapshotGroupName, description, instanceId, regionId, snapshots } = snapshot;
    const { snapshotIdByDiskId, systemDiskSnapshotId, consistency, status, creationTime } = snapshot;
    const { osType, invokeId, commandId, pluginMessage, warnings, tags, id, urn } = snapshot;
    module.exports[name] = {
        ...{ snapshotGroupId, snapshotGroupName, description, instanceId, regionId, snapshots },
        ...{ snapshotIdByDiskId, systemDiskSnapshotId, consistency, status, creationTime },
        ...{ osType, invokeId, commandId, pluginMessage, warnings, tags, id, urn },
    };
}
