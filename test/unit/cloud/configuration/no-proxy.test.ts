import { expect } from "chai";

import { isBypassed } from "../../../../provider/src/cloud/configuration/no-proxy";

function bypassed(host: string, noProxy: string, port = "443"): boolean {
    return isBypassed({ host, port }, noProxy);
}

describe("a host is asked without a proxy", () => {
    it("if NO_PROXY lists it, its domain, its address, its network, or everything", () => {
        for (const [host, noProxy] of [
            ["ecs.cn-hangzhou.aliyuncs.com", "*"],
            ["ecs.cn-hangzhou.aliyuncs.com", "ecs.cn-hangzhou.aliyuncs.com"],
            ["ecs.cn-hangzhou.aliyuncs.com", "aliyuncs.com"],
            ["ecs.cn-hangzhou.aliyuncs.com", ".aliyuncs.com"],
            ["ecs.cn-hangzhou.aliyuncs.com", "*.aliyuncs.com"],
            ["ecs.cn-hangzhou.aliyuncs.com", ".ALIYUNCS.com"],
            ["ecs.cn-hangzhou.aliyuncs.com", "aliyuncs.com:443"],
            ["ecs.cn-hangzhou.aliyuncs.com", "other.example, .aliyuncs.com ,10.0.0.1"],
            ["ecs.cn-hangzhou.aliyuncs.com", "other.example .aliyuncs.com"],
            ["aliyuncs.com", ".aliyuncs.com"],
            ["10.1.2.3", "10.1.2.3"],
            ["10.1.2.3", "10.1.2.3:443"],
            ["10.1.2.3", "10.0.0.0/8"],
            ["2001:db8::1", "2001:db8::1"],
            ["2001:db8::1", "[2001:db8::1]:443"],
            ["2001:db8::1", "2001:db8::/32"],
        ] as const) {
            expect(bypassed(host, noProxy), `${host} by ${noProxy}`).to.equal(true);
        }
    });

    it("not if NO_PROXY lists another host, another port, or nothing that makes sense", () => {
        for (const [host, noProxy] of [
            ["ecs.cn-hangzhou.aliyuncs.com", ""],
            ["ecs.cn-hangzhou.aliyuncs.com", " , "],
            ["ecs.cn-hangzhou.aliyuncs.com", "yuncs.com"],
            ["ecs.cn-hangzhou.aliyuncs.com", "sts.cn-hangzhou.aliyuncs.com"],
            ["ecs.cn-hangzhou.aliyuncs.com", ".ecs.cn-hangzhou.aliyuncs.com.other"],
            ["ecs.cn-hangzhou.aliyuncs.com", "aliyuncs.com:80"],
            ["ecs.cn-hangzhou.aliyuncs.com", "10.0.0.0/8"],
            ["ecs.cn-hangzhou.aliyuncs.com", ".,.:443,:443,*.,/8,[,]"],
            ["aliyuncs.com", "ecs.aliyuncs.com"],
            ["11.1.2.3", "10.0.0.0/8"],
            ["10.1.2.3", "2.3"],
            ["10.1.2.3", "10.0.0.0/33,10.0.0.0/,10.0.0.0/x,10.0.0.0/-1,::/0"],
            ["2001:db8::1", "10.0.0.0/8,2001:db9::/32,[2001:db8::1]:80"],
        ] as const) {
            expect(bypassed(host, noProxy), `${host} by ${noProxy}`).to.equal(false);
        }
    });

    it("if it is this machine, or its metadata service, whatever NO_PROXY says", () => {
        for (const host of [
            "localhost",
            "sts.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "100.100.100.200",
        ]) {
            expect(bypassed(host, ""), host).to.equal(true);
        }
        for (const host of ["localhost.example", "notlocalhost", "128.0.0.1", "100.100.100.201", "::2"]) {
            expect(bypassed(host, ""), host).to.equal(false);
        }
    });
});
