import { pause } from "../clock";
import type { OsType, PluginOutcome } from "../fixture/fixture";
import { readManagerLine } from "./manager-options";
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
const packageNotFound = 234;
const pluginFormatError = 238;
const executeTimeout = 247;

const pluginSystems: Readonly<Record<string, OsType>> = {
    "app-snapshot-plugin": "linux",
    "app-snapshot-plugin-win": "windows",
};

/** Runs `acs-plugin-manager` with these arguments and returns its exit code. */
export async function runManager(args: readonly string[], host: PluginHost): Promise<number> {
    const { instance } = host;
    const request = readManagerLine(args, instance.agent.version);
    if ("exitCode" in request) {
        host.print(`${request.message}\n`);
        return request.exitCode;
    }
    switch (request.action) {
        case "version":
            host.print(`${instance.agent.version}\n`);
            return 0;
        case "list":
            host.print(`${Object.keys(pluginSystems).join("\n")}\n`);
            return 0;
        case "help":
            // A line without --exec prints the flags and ends with 0, although nothing ran.
            host.print("acs-plugin-manager [Flags]\n");
            return 0;
        case "exec":
            break;
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
    const outcome = instance.outcomes.shift() ?? {};
    if (outcome.output !== undefined) {
        host.print(outcome.output);
    }
    const code = outcome.exitCode ?? 0;
    if (code in managerCodes && code !== executeTimeout && outcome.leavesGroup !== true) {
        return refuse(host, code, "scripted failure", outcome);
    }
    const configured = host.world.surroundings.pluginConfigTimeoutSeconds;
    return runLimited(request.arguments, outcome, request.timeoutSeconds ?? configured, host);
}

/** Runs the plugin and kills it when its time is over; 0 seconds is no limit. */
async function runLimited(
    args: readonly string[],
    outcome: PluginOutcome,
    timeoutSeconds: number,
    host: PluginHost,
): Promise<number> {
    const { clock, timing } = host.world.surroundings;
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
    const exitCode = await runPlugin(args, outcome, { ...host, print: host.print.bind(host), signal });
    finished.abort();
    if (!expired.signal.aborted || host.signal.aborted) {
        return exitCode;
    }
    // Only the plugin was killed, not the process it freezes with: that one thaws when the freeze times out.
    clock.after(defaultFreezeSeconds * timing.secondMs, () => {
        host.instance.frozen = false;
    });
    return refuse(host, executeTimeout, `Execute plugin timeout, timeout[${timeoutSeconds}]`);
}

const defaultFreezeSeconds = 30;

function refuse(host: PluginHost, code: number, tip: string, outcome: PluginOutcome = {}): number {
    if (outcome.output === undefined) {
        host.print(`ExecutePluginOnlineOrLocal ${managerCodes[code] ?? "UNKNOWN"}: ${tip}\n`);
    }
    return code;
}
