// The live test's own calls of the API. They are recorded like those of the provider.
import { randomInt } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

import { ROOT } from "../setup.mjs";
import { fieldsOf, listIn, textOf } from "./evidence.mjs";

/**
 * @typedef {import("./evidence.mjs").Call} Call
 *
 * @typedef {object} Cloud
 * @property {string} endpoint The host that answers.
 * @property {(operation: string, parameters: Readonly<Record<string, unknown>>, probe: string) => Promise<Call>} call
 *   Makes one call. A refusal is an answer, too; throws if there is none after a few attempts.
 * @property {(invokeId: string) => Promise<Call>} outputOf The result of a command with what it printed.
 */

const ATTEMPTS = 4;

/**
 * @param {object} options
 * @param {string} options.region
 * @param {NodeJS.ProcessEnv} options.environment
 * @param {(call: import("./evidence.mjs").CallRecord & { probe: string, output?: string }) => Call} options.record
 * @returns {Promise<Cloud>}
 */
export async function connect({ region, environment, record }) {
    const load = createRequire(import.meta.url);
    const dist = (/** @type {string} */ path) => load(join(ROOT, "provider", "dist", ...path.split("/")));
    /** @type {typeof import("../../provider/src/cloud/configuration/settings.js")} */
    const { resolveSettings } = dist("cloud/configuration/settings.js");
    /** @type {typeof import("../../provider/src/cloud/ecs/sdk-client.js")} */
    const { createSdk } = dist("cloud/ecs/sdk-client.js");
    /** @type {typeof import("../../provider/src/cloud/ecs/call-record.js")} */
    const { answeredCall, failedCall } = dist("cloud/ecs/call-record.js");
    /** @type {typeof import("../../provider/src/cloud/ecs/command-output.js")} */
    const { decodeOutput } = dist("cloud/ecs/command-output.js");

    const settings = resolveSettings(() => undefined, {
        ...environment,
        ALICLOUD_APP_SNAPSHOT_CALLS_FILE: "",
    });
    const { client, models, host } = await createSdk(settings, region);
    const requests = /** @type {Readonly<Record<string, new (fields: object) => object>>} */ (
        /** @type {unknown} */ (models)
    );
    const methods = /** @type {Record<string, (request: object) => Promise<unknown>>} */ (
        /** @type {unknown} */ (client)
    );

    /**
     * @param {string} operation
     * @param {Readonly<Record<string, unknown>>} parameters
     * @returns {Promise<{ made: import("./evidence.mjs").CallRecord, raw?: unknown }>}
     */
    async function attempt(operation, parameters) {
        /** @type {unknown} */
        let raw;
        const plain = client.callApi.bind(client);
        const sentAt = Date.now();
        const request = { operation, region, parameters: { RegionId: region, ...parameters }, sentAt };
        // The SDK's own answer has other names, and leaves out what it does not know.
        client.callApi = async (params, query, runtime) => (raw = await plain(params, query, runtime));
        const Request = requests[`${operation}Request`];
        const method = methods[operation[0]?.toLowerCase() + operation.slice(1)];
        if (!Request || !method) throw new Error(`The SDK has no ${operation}.`);
        try {
            await method.call(client, new Request({ regionId: region, ...inCamelCase(parameters) }));
            return { made: answeredCall({ ...request, endedAt: Date.now() }, raw), raw };
        } catch (thrown) {
            return { made: failedCall({ ...request, endedAt: Date.now() }, thrown) };
        } finally {
            client.callApi = plain;
        }
    }

    /**
     * @param {string} operation
     * @param {Readonly<Record<string, unknown>>} parameters
     */
    async function answered(operation, parameters) {
        for (let attempts = 1; ; attempts++) {
            const answer = await attempt(operation, parameters);
            const { code = "", message, status } = answer.made;
            const isTransient =
                status === undefined || /Throttling|ServiceUnavailable|InternalError/.test(code);
            if (!isTransient) return answer;
            if (attempts === ATTEMPTS)
                throw new Error(`${operation}: ${code === "" ? "" : `${code}: `}${message}`);
            await new Promise((resolve) => setTimeout(resolve, 2_000 * attempts));
        }
    }

    return {
        endpoint: host,
        call: async (operation, parameters, probe) =>
            record({ ...(await answered(operation, parameters)).made, probe }),
        outputOf: async (invokeId) => {
            const parameters = { InvokeId: invokeId, ContentEncoding: "Base64" };
            const { made, raw } = await answered("DescribeInvocationResults", parameters);
            const [result = {}] = listIn(fieldsOf(raw), "Invocation.InvocationResults.InvocationResult");
            const output = decodeOutput(Buffer.from(textOf(result["Output"]), "base64"));
            return record({ ...made, probe: "output", output });
        },
    };
}

/**
 * @param {Readonly<Record<string, unknown>>} parameters
 * @returns {Record<string, unknown>}
 */
function inCamelCase(parameters) {
    return Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [
            `${name[0]?.toLowerCase()}${name.slice(1)}`,
            value,
        ]),
    );
}

/**
 * Returns an id of the same form that nothing has, to read by.
 *
 * @param {string} id
 */
export function unknownIdLike(id) {
    const digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    return id.replace(/[0-9a-z]{10}$/, (end) =>
        Array.from(end, () => digits[randomInt(digits.length)]).join(""),
    );
}
