import type { RunCommandRequest } from "../../cloud/ecs/api";
import { scriptDirectory } from "../../core/plugin/scripts/directory";

/*
 * The command that looks at an instance from inside. It only reads: the token that it asks for is the metadata service's
 * way of reading with IMDSv2. It does not name the plugin, because an invocation that does counts as a snapshot.
 */

/** The parts of its output, each after a line with the part's name in brackets. */
export const parts = {
    manager: "manager",
    metadata: "metadata",
    metadataWithToken: "metadata with a token",
    role: "role",
    endpoints: "endpoints",
    scriptDirectory: "script directory",
    scripts: "scripts",
    fileSystems: "file systems",
    mounts: "mounts",
    disks: "disks",
    end: "end",
} as const;

export type Part = (typeof parts)[keyof typeof parts];

/** Returns the public and the internal ECS endpoint of a region. */
export function endpointHosts(regionId: string): readonly string[] {
    return [`ecs.${regionId}.aliyuncs.com`, `ecs-vpc.${regionId}.aliyuncs.com`];
}

/** The time limit of the command, in seconds. Six requests may take five seconds each. */
export const commandSeconds = 60;

export type InstanceCommand = Pick<
    RunCommandRequest,
    "type" | "commandContent" | "timeoutSeconds" | "name" | "tags"
>;

/**
 * Returns the command for Linux.
 *
 * @param scriptPaths paths of scripts to check, which must have passed the input's rule.
 */
export function instanceCommand(regionId: string, scriptPaths: readonly string[]): InstanceCommand {
    const metadata = "http://100.100.100.200/latest";
    const withToken = '-H "X-aliyun-ecs-metadata-token: $token"';
    const lines = [
        "export LC_ALL=C",
        // The API returns both outputs as one: "curl: not found" must not look like an answer.
        "exec 2>/dev/null",
        "part() { printf '\\n[%s]\\n' \"$1\"; }",
        "status() { curl -s -m 5 -o /dev/null -w '%{http_code}\\n' \"$@\"; }",
        part(parts.manager),
        "command -v acs-plugin-manager",
        part(parts.metadata),
        `status ${metadata}/meta-data/instance-id`,
        part(parts.metadataWithToken),
        `token=$(curl -s -m 5 -X PUT -H 'X-aliyun-ecs-metadata-token-ttl-seconds: 60' ${metadata}/api/token)`,
        `status ${withToken} ${metadata}/meta-data/instance-id`,
        part(parts.role),
        `curl -s -m 5 ${withToken} ${metadata}/meta-data/ram/security-credentials/`,
        part(parts.endpoints),
        ...endpointHosts(regionId).map((host) => `status https://${host}/`),
        part(parts.scriptDirectory),
        `stat -c '%u %f' -- ${scriptDirectory} 2>&1`,
        part(parts.scripts),
        ...scriptPaths.map((path) => `stat -c '%n %u %f' -- ${path} 2>&1`),
        part(parts.fileSystems),
        "mounts=$(findmnt -rno FSTYPE,SOURCE,TARGET)",
        "printf '%s\\n' \"$mounts\"",
        // Cloud Assistant cuts the middle out of a long output: the number shows whether lines are missing.
        part(parts.mounts),
        "printf '%s\\n' \"$mounts\" | grep -c .",
        part(parts.disks),
        "lsblk -rdno NAME,SERIAL",
        part(parts.end),
        "exit 0",
    ];
    return {
        type: "RunShellScript",
        commandContent: `${lines.join("\n")}\n`,
        timeoutSeconds: commandSeconds,
        name: "app-snapshot-doctor",
        tags: [{ key: "app-snapshot:doctor", value: "check" }],
    };
}

function part(name: Part): string {
    return `part '${name}'`;
}
