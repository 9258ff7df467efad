// Creates a credential from the settings in the environment, in a separate process, because only that can be made to trust
// the fake STS. Prints the credential, or the error for the user; with LATER, after so many milliseconds.
const dist = "../../../provider/dist";
const { createCredential } = require(`${dist}/cloud/ecs/credential.js`);
const { createEcsApi } = require(`${dist}/cloud/ecs/sdk-api.js`);
const { resolveSettings } = require(`${dist}/cloud/configuration/settings.js`);
const { Shared } = require(`${dist}/runtime/shared.js`);
const { asAppSnapshotError } = require(`${dist}/cloud/ecs/as-app-snapshot-error.js`);

const { CONFIG, LATER, ...environment } = process.env;
const config = JSON.parse(CONFIG);
let now = 0;
/** The time for which a call waits for others of its kind is not counted. */
const gatheringMs = 5;
const clock = {
    now: () => now,
    sleep: (durationMs) => Promise.resolve((now += durationMs > gatheringMs ? durationMs : 0)),
};

/** Moves the machine's clock, which the library reads. */
function moveClock(durationMs) {
    const RealDate = Date;
    const now = () => RealDate.now() + durationMs;
    globalThis.Date = class extends RealDate {
        static now = now;
        constructor(...args) {
            super(...(args.length === 0 ? [now()] : args));
        }
    };
}

async function main() {
    const { credentials } = resolveSettings((key) => config[key.replace("alicloud:", "")], environment);
    const options = { regionId: "cn-hangzhou", timeouts: { connect: 30_000, read: 30_000 } };
    let credential;
    // Makes calls as a process does, with their retries, but without the ECS API.
    const api = createEcsApi({
        connect: async () => {
            credential ??= await createCredential(credentials, options);
            const client = { describeInstances: () => credential.getCredential().then(() => ({})) };
            const models = { DescribeInstancesRequest: Object };
            return { client, models, host: "ecs.example" };
        },
        regionId: "cn-hangzhou",
        shared: new Shared(),
        retry: {
            clock,
            random: () => 0.5,
            signal: new AbortController().signal,
            log: { debug: () => undefined, status: () => undefined },
        },
    });
    await api.describeInstances(["i-1"]);
    if (LATER !== undefined) {
        moveClock(Number(LATER));
        await api.describeInstances(["i-1"]);
    }
    const { accessKeyId, accessKeySecret, securityToken } = await credential.getCredential();
    return { accessKeyId, accessKeySecret, securityToken };
}

main()
    .catch((thrown) => ({ error: asAppSnapshotError(thrown).message }))
    .then((result) => process.stdout.write(JSON.stringify({ ...result, waited: now })));
