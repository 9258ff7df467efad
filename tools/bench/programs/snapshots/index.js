// Declares the snapshots of declared.json, which the bench writes beside this file.
const { AppConsistentSnapshot, AppConsistentSnapshotFleet } = require("pulumi-alicloud-app-snapshot");

const { singles, fleets } = require("./declared.json");

for (const [name, args] of Object.entries(singles)) {
    new AppConsistentSnapshot(name, args);
}
for (const [name, args] of Object.entries(fleets)) {
    new AppConsistentSnapshotFleet(name, args);
}
