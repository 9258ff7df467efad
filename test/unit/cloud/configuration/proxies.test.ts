import { expect } from "chai";

import { type Proxy, proxyFor, resolveProxies } from "../../../../provider/src/cloud/configuration/proxies";
import type { Environment } from "../../../../provider/src/cloud/configuration/settings";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { thrownBy } from "../../support/rejection";

const ecs = "https://ecs.cn-hangzhou.aliyuncs.com/?Action=DescribeInstances";

function proxyIn(environment: Environment, url = ecs): Proxy | undefined {
    const proxies = resolveProxies(environment);
    return proxies && proxyFor(url, proxies);
}
function hrefIn(environment: Environment, url = ecs): string | undefined {
    return proxyIn(environment, url)?.url.href;
}
function errorOf(value: string): AppSnapshotError {
    return thrownBy(AppSnapshotError, () => proxyIn({ HTTPS_PROXY: value }));
}

const [one, other] = ["http://one.example:3128/", "http://other.example:3128/"] as const;

describe("the proxy of a call", () => {
    it("is that of the URL's scheme", () => {
        const environment = { HTTPS_PROXY: one, HTTP_PROXY: other };
        expect(hrefIn(environment)).to.equal(one);
        expect(hrefIn(environment, "http://gateway.example")).to.equal(other);
        expect(hrefIn({ HTTP_PROXY: other })).to.equal(undefined);
        expect(hrefIn({ HTTPS_PROXY: one }, "http://gateway.example")).to.equal(undefined);
        expect(hrefIn({ ALL_PROXY: one, all_proxy: one })).to.equal(undefined);
    });

    it("may be spelled in lower case; upper case counts first, and an empty value not at all", () => {
        expect(proxyIn({ https_proxy: one })).to.include({ variable: "https_proxy" });
        expect(hrefIn({ https_proxy: other, HTTPS_PROXY: one })).to.equal(one);
        expect(hrefIn({ https_proxy: other, HTTPS_PROXY: " " })).to.equal(other);
        expect(resolveProxies({ HTTPS_PROXY: "", http_proxy: "", NO_PROXY: "*" })).to.equal(undefined);
    });

    it("is none for the hosts of NO_PROXY, by the port of the URL", () => {
        for (const name of ["NO_PROXY", "no_proxy"]) {
            expect(hrefIn({ HTTPS_PROXY: one, [name]: ".aliyuncs.com:443" }), name).to.equal(undefined);
            expect(hrefIn({ HTTPS_PROXY: one, [name]: ".aliyuncs.com:80" }), name).to.equal(one);
        }
        const ports = { HTTP_PROXY: one, NO_PROXY: "gateway.example:80,[2001:db8::1]:8080" };
        expect(hrefIn(ports, "http://gateway.example")).to.equal(undefined);
        expect(hrefIn(ports, "http://gateway.example:8080")).to.equal(one);
        expect(hrefIn(ports, "http://[2001:db8::1]:8080")).to.equal(undefined);
    });

    it("is never asked for the metadata service of the machine", () => {
        const environment = { HTTP_PROXY: one, HTTPS_PROXY: one };
        expect(hrefIn(environment, "http://100.100.100.200/latest/api/token")).to.equal(undefined);
    });

    it("may be named without a scheme, with a user and a password, and with TLS", () => {
        expect(hrefIn({ HTTPS_PROXY: "one.example:3128" })).to.equal(one);
        expect(hrefIn({ HTTPS_PROXY: "user:pass@one.example:3128" })).to.equal(
            "http://user:pass@one.example:3128/",
        );
        const proxy = proxyIn({ HTTPS_PROXY: "HTTPS://user:p%40ss%3A@one.example" });
        expect(proxy?.url).to.include({ protocol: "https:", host: "one.example", password: "p%40ss%3A" });
    });

    it("that can't be used is refused with its variable and the form that it needs, without its value", () => {
        for (const [value, reason] of [
            ["socks5://user:hunter2@one.example:1080", "begins with socks5://"],
            ["ftp://user:hunter2@one.example", "begins with ftp://"],
            ["http://", "is not a URL"],
            ["http://user:hunter2@one.example:port", "is not a URL"],
            ["http://user:12/hunter2@one.example:3128", "has more than a host and a port"],
            ["http://user:12#hunter2@one.example:3128", "has more than a host and a port"],
            ["http://one.example:3128/?hunter2", "has more than a host and a port"],
            ["http://user:hunter2%@one.example:3128", "has a user or a password with a %"],
            ["http://hunter2%zz@one.example:3128", "has a user or a password with a %"],
            ["http://user:hunter2@[2001:db8::1]:3128", "names an IPv6 address"],
        ] as const) {
            const { code, message } = errorOf(value);
            expect(code, value).to.equal("InvalidSetting");
            expect(message, value)
                .to.include(`HTTPS_PROXY ${reason}`)
                .and.to.include("http://proxy.example.com:3128")
                .and.to.include("NO_PROXY");
            expect(message, value).not.to.match(/hunter2|one\.example/);
        }
    });

    it("that can't be used is no problem for a host that does not need it", () => {
        const socks = "socks5://one.example:1080";
        expect(hrefIn({ HTTPS_PROXY: socks, NO_PROXY: ".aliyuncs.com" })).to.equal(undefined);
        expect(hrefIn({ HTTPS_PROXY: one, HTTP_PROXY: socks })).to.equal(one);
    });
});
