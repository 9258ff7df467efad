import type { OsType } from "../fixture/fixture";

/** Tells whether the plugin supports an operating system, by the name that DescribeInstances gives it. */
export function isSupportedSystem(osType: OsType, osName: string): boolean {
    if (osType === "windows") {
        return /Windows Server\s+(2022|2019|2016|2012\s*R2)\b/i.test(osName);
    }
    const centos = /CentOS(?: Linux)?\s+(\d+)(?:\.(\d+))?/i.exec(osName);
    if (centos !== null) {
        return atLeast(centos, 7, 6);
    }
    const ubuntu = /Ubuntu\s+(\d+)\.(\d+)/i.exec(osName);
    if (ubuntu !== null) {
        return atLeast(ubuntu, 18, 4);
    }
    return /(Alibaba Cloud|Aliyun) Linux\s+[23]\b/i.test(osName);
}

function atLeast(match: RegExpExecArray, major: number, minor: number): boolean {
    const found = [Number(match[1]), Number(match[2] ?? "0")] as const;
    return found[0] > major || (found[0] === major && found[1] >= minor);
}
