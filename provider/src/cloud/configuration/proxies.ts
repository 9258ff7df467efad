import { isBypassed } from "./no-proxy";
import { type Environment, filled, invalidSetting } from "./values";

/** A proxy, as an environment variable names it. */
export interface Proxy {
    /** The name of the variable. */
    readonly variable: string;
    /** Its URL, with the user and the password if there are any; so it is never shown, other than its `host`. */
    readonly url: URL;
}

/** The proxies of the environment, not yet checked: a wrong one fails only what would use it. */
export interface Proxies {
    /** By the scheme of the URL that is asked. */
    readonly settings: Readonly<Partial<Record<Scheme, Setting>>>;
    /** The value of NO_PROXY. */
    readonly noProxy: string;
}

type Scheme = "http" | "https";

interface Setting {
    readonly variable: string;
    readonly value: string;
}

/** Returns undefined if the environment names no proxy. Of two spellings, the upper-case one counts. */
export function resolveProxies(environment: Environment): Proxies | undefined {
    const https = setting(environment, "HTTPS_PROXY");
    const http = setting(environment, "HTTP_PROXY");
    return https === undefined && http === undefined
        ? undefined
        : {
              settings: {
                  ...(https === undefined ? {} : { https }),
                  ...(http === undefined ? {} : { http }),
              },
              noProxy: setting(environment, "NO_PROXY")?.value ?? "",
          };
}

function setting(environment: Environment, name: string): Setting | undefined {
    for (const variable of [name, name.toLowerCase()]) {
        const value = filled(environment[variable]);
        if (value !== undefined) {
            return { variable, value };
        }
    }
    return undefined;
}

/**
 * Returns the proxy through which a URL is asked; undefined if there is none for it.
 *
 * @throws AppSnapshotError InvalidSetting if the variable's value can't be used.
 */
export function proxyFor(url: string, { settings, noProxy }: Proxies): Proxy | undefined {
    const { protocol, hostname, port } = new URL(url);
    const scheme: Scheme = protocol === "http:" ? "http" : "https";
    const found = settings[scheme];
    const destination = {
        host: hostname.replace(/^\[(.*)\]$/, "$1"),
        port: port === "" ? defaultPorts[scheme] : port,
    };
    return found === undefined || isBypassed(destination, noProxy) ? undefined : parseProxy(found);
}

const defaultPorts: Readonly<Record<Scheme, string>> = { http: "80", https: "443" };

/** Parses a proxy's URL. As usual, one without a scheme is one with `http://`. */
function parseProxy({ variable, value }: Setting): Proxy {
    // The value is not quoted: it may contain a password.
    const invalid = (what: string): Error =>
        invalidSetting(
            `${variable} ${what}. It must be the URL of an HTTP proxy, such as http://proxy.example.com:3128, with a percent-encoded user and password if it needs them: http://user:p%40ss@proxy.example.com:3128. To make calls without the proxy, remove the variable, or add .aliyuncs.com to NO_PROXY`,
        );
    const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
    if (url === undefined) {
        throw invalid("is not a URL");
    }
    if (url.protocol !== "http:" && url.protocol !== "https:") {
        throw invalid(`begins with ${url.protocol}//, a kind of proxy that is not supported`);
    }
    if (url.hostname.startsWith("[")) {
        throw invalid("names an IPv6 address, which is not supported; use a host name");
    }
    if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
        throw invalid(
            "has more than a host and a port; a password may contain /, ? and # only percent-encoded",
        );
    }
    if ([url.username, url.password].some((part) => decoded(part) === undefined)) {
        throw invalid("has a user or a password with a % that is not percent-encoded (as %25)");
    }
    return { variable, url };
}

function parseUrl(text: string): URL | undefined {
    try {
        return new URL(text);
    } catch {
        return undefined;
    }
}

function decoded(text: string): string | undefined {
    try {
        return decodeURIComponent(text);
    } catch {
        return undefined;
    }
}
