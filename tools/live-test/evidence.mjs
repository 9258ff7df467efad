// What a live test has seen: the calls of the API, those of the provider and its own.

/**
 * @typedef {import("../../provider/src/cloud/ecs/call-record.js").CallRecord} CallRecord
 *
 * @typedef {CallRecord & {
 *     step: string,
 *     probe?: string,
 *     output?: string,
 * }} Call A line of calls.jsonl. `probe` is the purpose of a call of the live test itself; `output` is what the command
 *   printed, of a result that was fetched for that.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {boolean} succeeded
 *
 * @typedef {object} Evidence
 * @property {readonly Call[]} calls In the order of their times.
 * @property {readonly Step[]} steps
 * @property {readonly string[]} excludeDisks
 * @property {string} instanceId
 *
 * @typedef {Readonly<Record<string, unknown>>} Fields
 */

/**
 * @param {Evidence} evidence
 * @param {{ operation?: string, step?: string, probe?: string }} wanted
 * @returns {Call[]}
 */
export function callsOf({ calls }, { operation, step, probe }) {
    return calls.filter(
        (call) =>
            (operation === undefined || call.operation === operation) &&
            (step === undefined || call.step === step) &&
            (probe === undefined || call.probe === probe),
    );
}

/**
 * Returns the list at a path of an answer, such as `SnapshotGroups.SnapshotGroup`; an empty one if it has none.
 *
 * @param {{ body?: unknown }} answer
 * @param {string} path
 * @returns {Fields[]}
 */
export function listIn({ body }, path) {
    /** @type {unknown} */
    let value = body;
    for (const name of path.split(".")) value = fieldsOf(value)[name];
    return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/**
 * @param {unknown} value
 * @returns {Fields}
 */
export function fieldsOf(value) {
    return typeof value === "object" && value !== null ? /** @type {Fields} */ (value) : {};
}

/**
 * @param {unknown} value
 * @returns {string}
 */
export function textOf(value) {
    return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** @param {Call} call */
export function groupsIn(call) {
    return call.operation === "DescribeSnapshotGroups" ? listIn(call, "SnapshotGroups.SnapshotGroup") : [];
}

/** @param {Fields} group */
export function membersOf(group) {
    return listIn({ body: group }, "Snapshots.Snapshot");
}

/**
 * The keys of tags; the API's lists name them in two ways.
 *
 * @param {Fields} resource
 */
export function tagKeysOf(resource) {
    return listIn({ body: resource }, "Tags.Tag").map((tag) => textOf(tag["Key"] ?? tag["TagKey"]));
}

/**
 * The ids of the plugin's invocations in a step. Other commands have other names.
 *
 * @param {Evidence} evidence
 * @param {string} step
 */
export function pluginRuns(evidence, step) {
    return callsOf(evidence, { operation: "RunCommand", step })
        .filter(({ parameters }) => /-\d{8}T\d{6}Z-\w+$/.test(textOf(parameters["Name"])))
        .map(({ body }) => textOf(fieldsOf(body)["InvokeId"]))
        .filter((id) => id !== "");
}

/**
 * What the plugin's runs of a step printed and how they ended, the last one first.
 *
 * @param {Evidence} evidence
 * @param {string} step
 */
export function pluginResults(evidence, step) {
    return callsOf(evidence, { probe: "output", step })
        .map((call) => {
            const [result = {}] = listIn(call, "Invocation.InvocationResults.InvocationResult");
            return { call, output: call.output ?? "", exitCode: result["ExitCode"], result };
        })
        .reverse();
}

/**
 * A call as the evidence of an answer: enough to find its line.
 *
 * @param {Call} call
 */
export function cite({ operation, step, time, requestId, status, code }) {
    const ended = code ?? (status === undefined ? "no answer" : String(status));
    return `${operation} in "${step}" at ${time}: ${ended}${requestId === undefined ? "" : `, RequestId ${requestId}`}`;
}

/** @param {Call} call */
export function endedAt({ time, tookMs }) {
    return Date.parse(time) + tookMs;
}

/**
 * The time by the cloud's clock, to the second; NaN if the answer does not tell.
 *
 * @param {Call} call
 */
export function cloudTime({ date }) {
    return date === undefined ? NaN : Date.parse(date);
}

/**
 * Tells whether something was refused because the caller may not do it, or because another operation was in progress:
 * then the code says nothing else.
 *
 * @param {{ readonly code?: string }} refusal
 */
export function saysNothing({ code = "" }) {
    return /^(?:Forbidden|NoPermission)|PassRoleForbidden|Conflict/.test(code);
}

/**
 * What the answers hold for. Everything may be unknown.
 *
 * @param {Evidence} evidence
 * @returns {{ region: string, system: string, agent: string, plugin: string }}
 */
export function subjectOf(evidence) {
    const [seen] = callsOf(evidence, { operation: "DescribeInstances", probe: "look" });
    const [instance = {}] = seen ? listIn(seen, "Instances.Instance") : [];
    const agents = callsOf(evidence, { operation: "DescribeCloudAssistantStatus" }).flatMap((call) =>
        listIn(call, "InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus"),
    );
    const outputs = pluginResults(evidence, "up").map(({ output }) => output);
    return {
        region: seen?.region ?? "",
        system: textOf(instance["OSNameEn"]) || textOf(instance["OSName"]),
        agent: textOf(agents[0]?.["CloudAssistantVersion"]),
        plugin: /\bVersion ([\d.]+)/.exec(outputs.join("\n"))?.[1] ?? "",
    };
}
