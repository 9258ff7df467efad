// Sends a request of each operation through the SDK, as far as the network, in a separate process, because only that has
// loaded nothing of the SDK before. Prints the requests, the answers, and the files of the SDK's package that were loaded.
// LAYOUT: "whole" loads the whole package first; "no list" and "no files" make it look like one of another layout.
const Module = require("node:module");
const { dirname, relative, sep } = require("node:path");

const folder = dirname(dirname(require.resolve("@alicloud/ecs20140526")));
const files = [];
const run = Module._extensions[".js"];
Module._extensions[".js"] = function (module, file) {
    if (file.startsWith(folder + sep)) {
        files.push(relative(folder, file).split(sep).join("/"));
    }
    return run(module, file);
};

const resolve = Module._resolveFilename;
let probes = 0;
function missing(request, parent) {
    if (!parent?.filename?.startsWith(folder + sep)) {
        return false;
    }
    if (process.env.LAYOUT === "no list" && request === "./models/model") {
        // The package itself has it.
        return ++probes === 1;
    }
    return process.env.LAYOUT === "no files" && /^\.\/models\/(?!model$)/.test(request);
}
Module._resolveFilename = function (request, parent, ...rest) {
    if (missing(request, parent)) {
        throw new Error(`Cannot find module '${request}'`);
    }
    return resolve.call(this, request, parent, ...rest);
};

if (process.env.LAYOUT === "whole") {
    require("@alicloud/ecs20140526");
}

const dist = "../../../provider/dist";
const { createSdk } = require(`${dist}/cloud/ecs/sdk-client.js`);
const { operations } = require(`${dist}/cloud/ecs/operation-table.js`);

const settings = {
    credentials: { source: { kind: "static", accessKeyId: "id", accessKeySecret: "secret" } },
    endpoint: { host: "ecs.example", protocol: "https" },
};
const tags = [
    { key: "k1", value: "v1" },
    { key: "k2", value: "v2" },
];
const parameters = {
    clientToken: "token",
    commandContent: "echo",
    content: "text",
    description: "description",
    ids: ["id-1", "id-2"],
    instanceIds: ["i-1", "i-2"],
    invokeId: "t-1",
    keys: ["k1", "k2"],
    name: "name",
    ramRoleName: "role",
    resourceType: "snapshot",
    snapshotGroupId: "ssg-1",
    snapshotId: "s-1",
    tagKey: "k1",
    tags,
    targetDirectory: "/var/lib",
    timeoutSeconds: 60,
    type: "RunShellScript",
};
/** Those of the operations that pass all their parameters on. */
const own = {
    describeDisks: { instanceId: "i-1" },
    findSnapshotGroups: { instanceId: "i-1" },
    modifySnapshotGroup: { snapshotGroupId: "ssg-1", name: "name", description: "description" },
};
const common = { regionId: "cn-hangzhou", maxResults: 50, nextToken: "next" };
const body = {
    RequestId: "R-1",
    NextToken: "more",
    InvokeId: "t-1",
    Disks: { Disk: [{ DiskId: "d-1", Size: 40, Tags: { Tag: [{ TagKey: "k", TagValue: "v" }] } }] },
    Instances: { Instance: [{ InstanceId: "i-1", Status: "Running" }] },
    SnapshotGroups: { SnapshotGroup: [{ SnapshotGroupId: "ssg-1", Snapshots: { Snapshot: [{}] } }] },
};

async function main() {
    const { client, models } = await createSdk(settings, "cn-hangzhou");
    const loadedBy = { connecting: [...files] };
    // The generated class, below the one that moves a parameter into the form.
    const generated = Object.getPrototypeOf(client.constructor);
    const requests = {};
    const answers = {};
    for (const [key, { send }] of Object.entries(operations)) {
        files.length = 0;
        generated.prototype.callApi = (params, { query, body: form }) => {
            requests[key] = { params: { ...params }, query, form };
            return Promise.resolve({ statusCode: 200, headers: { date: "today" }, body });
        };
        answers[key] = await send({ client, models }, own[key] ?? parameters, common);
        loadedBy[key] = [...files];
    }
    const whole = require("@alicloud/ecs20140526");
    const inWhole = Object.keys(whole).length;
    return { host: client._endpoint, requests, answers, loadedBy, inWhole };
}

main().then((result) => process.stdout.write(JSON.stringify(result)));
