import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { invalidSetting } from "./values";

export interface Endpoint {
    readonly protocol: "http" | "https";
    /** The host, with the port if one was given. */
    readonly host: string;
}

/**
 * Parses an endpoint: a host name with an optional port, or a URL without a path. `http` is for an emulator or a
 * private gateway.
 *
 * @param setting the name of its setting, for the error.
 * @throws AppSnapshotError InvalidSetting if it is neither.
 */
export function parseEndpoint(value: string, setting: string): Endpoint {
    const withProtocol = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `https://${value}`;
    let url: URL;
    try {
        url = new URL(withProtocol);
    } catch {
        throw invalid(setting);
    }
    const protocol = url.protocol === "http:" ? "http" : url.protocol === "https:" ? "https" : undefined;
    const bare =
        url.pathname === "/" &&
        url.search === "" &&
        url.hash === "" &&
        url.username === "" &&
        url.password === "";
    if (protocol === undefined || !bare || url.host === "") {
        throw invalid(setting);
    }
    return { protocol, host: url.host };
}

function invalid(setting: string): AppSnapshotError {
    return invalidSetting(
        `${setting} must be a host or a URL without a path, such as https://ecs.cn-hangzhou.aliyuncs.com or http://127.0.0.1:4566`,
    );
}
