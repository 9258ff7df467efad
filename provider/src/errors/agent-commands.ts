import type { Circumstances } from "./circumstances";

/* Commands to type on the instance to start, restart or upgrade its Cloud Assistant agent, as parts of sentences. */

type System = Pick<Circumstances, "linux" | "windows">;

/** Returns the command that starts the agent's service. */
export function startAgent(system: System): string {
    return bySystem(system, "`systemctl start aliyun.service`", "`net start AliyunService`");
}

export function restartAgent(system: System): string {
    return bySystem(
        system,
        "`systemctl restart aliyun.service`",
        "`net stop AliyunService`, then `net start AliyunService`",
    );
}

export function upgradeAgent(system: System): string {
    return bySystem(
        system,
        "`/usr/local/share/aliyun-assist/<version>/aliyun_assist_update --check_update`",
        "`C:\\ProgramData\\aliyun\\assist\\<version>\\aliyun_assist_update.exe --check_update`",
    );
}

function bySystem({ linux, windows }: System, onLinux: string, onWindows: string): string {
    return [...(linux ? [`${onLinux} on Linux`] : []), ...(windows ? [`${onWindows} on Windows`] : [])].join(
        ", ",
    );
}
