import { BlockList, isIP } from "node:net";

/** A host that is asked without a proxy, see `isBypassed`. */
export interface Destination {
    /** In lower case; an IPv6 address without brackets. */
    readonly host: string;
    readonly port: string;
}

/** The metadata service of ECS: only the machine itself reaches it. */
const metadataHost = "100.100.100.200";

/**
 * Tells whether a host is asked without a proxy. As for Pulumi's own programs, these are the loopback hosts and those of
 * NO_PROXY, which is a list of `*`, domains (with or without `.` or `*.` before them, always with their subdomains),
 * addresses, and networks such as `10.0.0.0/8`; each may have a port. The metadata service is another one.
 */
export function isBypassed(destination: Destination, noProxy: string): boolean {
    const { host } = destination;
    return (
        host === metadataHost ||
        isLoopback(host) ||
        noProxy
            .toLowerCase()
            .split(/[\s,]+/)
            .some((entry) => entry !== "" && covers(entry, destination))
    );
}

function isLoopback(host: string): boolean {
    return (
        host === "localhost" ||
        host.endsWith(".localhost") ||
        host === "::1" ||
        isInNetwork(host, "127.0.0.0/8")
    );
}

function covers(entry: string, { host, port }: Destination): boolean {
    if (entry === "*") {
        return true;
    }
    if (entry.includes("/")) {
        return isInNetwork(host, entry);
    }
    const [, named = entry, ownPort = port] =
        isIP(entry) === 0 ? (/^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? []) : [];
    const name = named.replace(/^\*?\./, "");
    return ownPort === port && (host === name || (isIP(host) === 0 && host.endsWith(`.${name}`)));
}

/** @param network an address and the length of its prefix; anything else contains no host. */
function isInNetwork(host: string, network: string): boolean {
    const [address = "", prefix = ""] = network.split("/");
    const family = isIP(address);
    const longest = family === 4 ? 32 : 128;
    if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(prefix) || Number(prefix) > longest) {
        return false;
    }
    const type = family === 4 ? "ipv4" : "ipv6";
    const list = new BlockList();
    list.addSubnet(address, Number(prefix), type);
    return list.check(host, type);
}
