import { pause } from "../clock/clock";
import type { OsType, PluginOutcome } from "../fixture/fixture";
import { type ManagerRequest, readManagerLine } from "./manager-options";
import { type PluginHost, runPlugin } from "./plugin-run";

/** The manager's own exit codes, which mean that the plugin did not run (246, 247: not to its end). */
export const managerCodes: Readonly<Record<number, string>> = {
    232: "LOCKING_ERR",
    233: "CHECK_ENDPOINT_FAIL",
    234: "PACKAGE_NOT_FOUND",
    235: "PACKAGE_FORMAT_ERR",
    236: "UNZIP_ERR",
    237: "UNMARSHAL_ERR",
    238: "PLUGIN_FORMAT_ERR",
    239: "MD5_CHECK_FAIL",
    240: "DOWNLOAD_FAIL",
    241: "LOAD_INSTALLEDPLUGINS_ERR",
    242: "DUMP_INSTALLEDPLUGINS_ERR",
    243: "GET_ONLINE_PACKAGE_INFO_ERR",
    244: "EXECUTABLE_PERMISSION_ERR",
    245: "REMOVE_FILE_ERR",
    246: "EXECUTE_FAILED_ERR",
    247: "EXECUTE_TIMEOUT_ERR",
};
const locked = 232;
const packageNotFound = 234;
const pluginFormatError = 238;
const executeTimeout = 247;

const pluginSystems: Readonly<Record<string, OsType>> = {
    "app-snapshot-plugin": "linux",
    "app-snapshot-plugin-win": "windows",
};

/** The instance and the process in which the manager runs. */
type ManagerHost = Omit<PluginHost, "otherRun">;

/** Runs `acs-plugin-manager` with these arguments and returns its exit code. */
export async function runManager(args: readonly string[], host: ManagerHost): Promise<number> {
    const { instance } = host;
    const request = readManagerLine(args, instance.agent.version);
    if ("exitCode" in request) {
        host.print(`${request.message}\n`);
        return request.exitCode;
    }
    if (!request.exec) {
        // It prints its flags and ends with 0, although nothing ran.
        host.print("acs-plugin-manager [Flags]\n");
        return 0;
    }
    const system = Object.hasOwn(pluginSystems, request.plugin) ? pluginSystems[request.plugin] : undefined;
    if (system === undefined) {
        return refuse(host, packageNotFound, `Could not found package [${request.plugin}]`);
    }
    if (system !== instance.osType) {
        return refuse(
            host,
            pluginFormatError,
            `Plugin ostype[${system}] not suit for this system[${instance.osType}]`,
        );
    }
    return instance.pluginRuns
        ? runBesideAnother(request, host)
        : runAlone(request, instance.outcomes.shift() ?? {}, host);
}

/** Refuses a second run at the same time, which uses up no scripted outcome. */
async function runBesideAnother(request: ManagerRequest, host: ManagerHost): Promise<number> {
    if (host.world.services.behaviour.concurrentRun === "exit-232") {
        return refuse(host, locked, "Another process is running");
    }
    return runLimited(request, {}, { ...host, otherRun: true });
}

async function runAlone(request: ManagerRequest, outcome: PluginOutcome, host: ManagerHost): Promise<number> {
    if (outcome.output !== undefined) {
        host.print(outcome.output);
    }
    const code = outcome.exitCode ?? 0;
    if (code in managerCodes && code !== executeTimeout && outcome.leavesGroup !== true) {
        return refuse(host, code, "scripted failure", outcome);
    }
    host.instance.pluginRuns = true;
    try {
        return await runLimited(request, outcome, { ...host, otherRun: false });
    } finally {
        host.instance.pluginRuns = false;
    }
}

/** Runs the plugin and kills it, but not its freezer, when its time is over; 0 seconds is no limit. */
async function runLimited(
    request: ManagerRequest,
    outcome: PluginOutcome,
    host: PluginHost,
): Promise<number> {
    const { clock, timing, pluginConfigTimeoutSeconds } = host.world.services;
    const timeoutSeconds = request.timeoutSeconds ?? pluginConfigTimeoutSeconds;
    const finished = new AbortController();
    const expired = new AbortController();
    if (timeoutSeconds > 0) {
        void pause(clock, timeoutSeconds * timing.secondMs, finished.signal).then(() => {
            if (!finished.signal.aborted) {
                expired.abort();
            }
        });
    }
    const signal = AbortSignal.any([host.signal, expired.signal]);
    const exitCode = await runPlugin(request.arguments, outcome, {
        ...host,
        print: host.print.bind(host),
        signal,
    });
    finished.abort();
    if (!expired.signal.aborted || host.signal.aborted) {
        return exitCode;
    }
    return refuse(host, executeTimeout, `Execute plugin timeout, timeout[${timeoutSeconds}]`);
}

function refuse(host: ManagerHost, code: number, tip: string, outcome: PluginOutcome = {}): number {
    if (outcome.output === undefined) {
        host.print(`ExecutePluginOnlineOrLocal ${managerCodes[code] ?? "UNKNOWN"}: ${tip}\n`);
    }
    return code;
}
