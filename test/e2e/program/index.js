// Declares the resources that a test describes as JSON in TEST_PROGRAM, see ../support/stack.ts.
const pulumi = require("@pulumi/pulumi");
const { AppConsistentSnapshot } = require("pulumi-alicloud-app-snapshot");

const { resources } = JSON.parse(process.env.TEST_PROGRAM);

class Group extends pulumi.ComponentResource {
    constructor(name) {
        super("test:index:Group", name);
    }
}

for (const { name, args = {}, get, instanceOf, parent, options = {} } of resources) {
    const opts = { ...options, ...(parent === undefined ? {} : { parent: new Group(parent) }) };
    const resource =
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
    const { snapshotGroupId, snapshotGroupName, description, instanceId, regionId, snapshots } = resource;
    const { snapshotIdByDiskId, systemDiskSnapshotId, consistency, status, creationTime } = resource;
    const { osType, invokeId, commandId, pluginMessage, warnings, id, urn } = resource;
    module.exports[name] = {
        ...{ snapshotGroupId, snapshotGroupName, description, instanceId, regionId, snapshots },
        ...{ snapshotIdByDiskId, systemDiskSnapshotId, consistency, status, creationTime },
        ...{ osType, invokeId, commandId, pluginMessage, warnings, id, urn },
    };
}
