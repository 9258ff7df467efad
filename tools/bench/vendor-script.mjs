// A plain script with the official SDK, to compare with: the vendor's three steps for each instance, for some instances
// at a time. It neither checks nor repeats nor verifies anything.
//
//     node tools/bench/vendor-script.mjs '{"instanceIds": ["i-…"], "pool": 16, "pollMs": 5000}'
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

// The SDK is a CommonJS module, whose default export is a property of it.
const require = createRequire(import.meta.url);
/** @type {typeof import("@alicloud/ecs20140526")} */
const ecs = require("@alicloud/ecs20140526");
/** @type {typeof import("@alicloud/openapi-core")} */
const { $OpenApiUtil } = require("@alicloud/openapi-core");

const REGION = "cn-hangzhou";
const ROLE = "AppSnapshotRoleName";
const PARAMETERS = [
    `-RamRoleName=${ROLE}`,
    "-EnableFsFreeze=true",
    "-TimeoutInSeconds=30",
    "-ScriptTimeoutInSeconds=1800",
    "-PreScriptPath=/root/app-snapshot/prescript.sh",
    "-PostScriptPath=/root/app-snapshot/postscript.sh",
];

/**
 * @typedef {object} Task
 * @property {string[]} instanceIds
 * @property {number} pool The number of instances at a time.
 * @property {number} pollMs
 */

/** @param {NodeJS.ProcessEnv} env */
function clientOf(env) {
    const { protocol, host } = new URL(env["ALIBABA_CLOUD_ECS_ENDPOINT"] ?? "https://ecs.aliyuncs.com");
    return new ecs.default(
        new $OpenApiUtil.Config({
            accessKeyId: env["ALIBABA_CLOUD_ACCESS_KEY_ID"] ?? "",
            accessKeySecret: env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] ?? "",
            regionId: REGION,
            endpoint: host,
            protocol: protocol.replace(":", ""),
        }),
    );
}

/**
 * @param {InstanceType<typeof ecs.default>} client
 * @param {string} id
 * @param {number} pollMs
 */
async function takeSnapshot(client, id, pollMs) {
    // It fails for an instance that has the role already, which the response tells of the instance only.
    await client.attachInstanceRamRole(
        new ecs.AttachInstanceRamRoleRequest({
            regionId: REGION,
            ramRoleName: ROLE,
            instanceIds: JSON.stringify([id]),
        }),
    );
    const started = await client.runCommand(
        new ecs.RunCommandRequest({
            regionId: REGION,
            name: "app-snapshot",
            type: "RunShellScript",
            commandContent: `acs-plugin-manager --exec --plugin app-snapshot-plugin --params=${[...PARAMETERS, `-Name=${id}`].join(",")}`,
            instanceId: [id],
            timeout: 3_600,
        }),
    );
    const invokeId = started.body?.invokeId ?? "";
    for (;;) {
        await sleep(pollMs);
        const { body } = await client.describeInvocationResults(
            new ecs.DescribeInvocationResultsRequest({ regionId: REGION, invokeId }),
        );
        const [result] = body?.invocation?.invocationResults?.invocationResult ?? [];
        const status = result?.invokeRecordStatus;
        if (status === "Finished" && result?.exitCode === 0) return;
        if (status !== undefined && status !== "Pending" && status !== "Running") {
            throw new Error(`the command on ${id} ended as ${status}, exit code ${result?.exitCode}`);
        }
    }
}

/**
 * @param {Task} task
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ wallMs: number, failures: string[] }>}
 */
export async function takeSnapshots({ instanceIds, pool, pollMs }, env) {
    const start = performance.now();
    const client = clientOf(env);
    const waiting = [...instanceIds];
    /** @type {string[]} */
    const failures = [];
    const worker = async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
            await takeSnapshot(client, id, pollMs).catch((thrown) =>
                failures.push(`${id}: ${thrown.message}`),
            );
        }
    };
    await Promise.all(Array.from({ length: pool }, worker));
    return { wallMs: performance.now() - start, failures };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const result = await takeSnapshots(JSON.parse(process.argv[2] ?? ""), process.env);
    process.stdout.write(`${JSON.stringify(result)}\n`);
}
