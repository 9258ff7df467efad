import { expect } from "chai";

import { parseEndpoint } from "../../../../provider/src/cloud/configuration/endpoint";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { thrownBy } from "../../support/rejection";

describe("an endpoint", () => {
    it("is a host, with a port or without, and HTTPS unless it says HTTP", () => {
        const endpoints = {
            "ecs.cn-hangzhou.aliyuncs.com": { protocol: "https", host: "ecs.cn-hangzhou.aliyuncs.com" },
            "localhost:4566": { protocol: "https", host: "localhost:4566" },
            "https://ecs.cn-hangzhou.aliyuncs.com/": {
                protocol: "https",
                host: "ecs.cn-hangzhou.aliyuncs.com",
            },
            "http://127.0.0.1:4566": { protocol: "http", host: "127.0.0.1:4566" },
            "HTTP://127.0.0.1:4566": { protocol: "http", host: "127.0.0.1:4566" },
            "http://[::1]:4566": { protocol: "http", host: "[::1]:4566" },
        };
        for (const [text, endpoint] of Object.entries(endpoints)) {
            expect(parseEndpoint(text, "SETTING"), text).to.deep.equal(endpoint);
        }
    });

    it("is nothing else, and a refusal names the setting without its value", () => {
        for (const text of [
            "ftp://hunter2.example",
            "file:///hunter2",
            "https://user:hunter2@example.com",
            "https://hunter2@example.com",
            "https://:hunter2@example.com",
            "https://example.com/hunter2",
            "https://example.com/?hunter2",
            "https://example.com/#hunter2",
            "https://",
            "hunter2 with spaces",
            "http://hunter2:port",
        ]) {
            const error = thrownBy(AppSnapshotError, () => parseEndpoint(text, "SETTING"));
            expect(error.code, text).to.equal("InvalidSetting");
            expect(error.message).to.include("SETTING must be").and.not.to.include("hunter2");
        }
    });
});
