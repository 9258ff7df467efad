// Declares the snapshots of declared.json, which the live test writes beside this file.
const { AppConsistentSnapshot } = require("pulumi-alicloud-app-snapshot");

for (const [name, args] of Object.entries(require("./declared.json"))) {
    exports[name] = new AppConsistentSnapshot(name, args).snapshotGroupId;
}
