import { expect } from "chai";

import { alicloudKeys, type Handling } from "../../../../provider/src/cloud/configuration/alicloud-keys";
import { resolveSettings } from "../../../../provider/src/cloud/configuration/settings";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { thrownBy } from "../../support/rejection";

/** The configuration of @pulumi/alicloud 3.108.0, by its `config/vars.d.ts`. */
const upstream = [
    ...["accessKey", "accountId", "accountType", "assumeRole", "assumeRoleWithOidc", "clientConnectTimeout"],
    ...["clientReadTimeout", "configurationSource", "credentialsUri", "ecsRoleName", "endpoints", "fc"],
    ...["features", "logEndpoint", "maxRetryTimeout", "mnsEndpoint", "otsInstanceName", "profile"],
    ...["protocol", "region", "secretKey", "secureTransport", "securityToken", "securityTransport"],
    ...["sharedCredentialsFile", "signVersion", "skipRegionValidation", "sourceIp"],
];

const role = '{"roleArn": "acs:ram::1:role/r"}';
const oidc =
    '{"oidcProviderArn": "p", "oidcTokenFile": "/token", "roleArn": "acs:ram::1:role/r", "roleSessionName": "name"}';

/** A value of each key that is used, with the other keys that it needs. */
const used: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    accessKey: { accessKey: "id", secretKey: "secret" },
    secretKey: { accessKey: "id", secretKey: "secret" },
    securityToken: { accessKey: "id", secretKey: "secret", securityToken: "token" },
    profile: { profile: "ci" },
    credentialsUri: { credentialsUri: "http://127.0.0.1/" },
    ecsRoleName: { ecsRoleName: "machine" },
    assumeRole: { assumeRole: role },
    assumeRoleWithOidc: { assumeRoleWithOidc: oidc },
    region: { region: "cn-beijing" },
    endpoints: { endpoints: '[{"ecs": "ecs.host"}]' },
};

function settingsOf(config: Readonly<Record<string, string>>): unknown {
    return resolveSettings((key) => config[key.replace("alicloud:", "")], { HOME: "/home/user" });
}
function keysWith(handling: Handling): string[] {
    return Object.entries(alicloudKeys)
        .filter(([, value]) => value === handling)
        .map(([key]) => key);
}

describe("a key of @pulumi/alicloud's configuration", () => {
    it("is known, whichever it is", () => {
        expect(Object.keys(alicloudKeys)).to.have.members(upstream);
    });

    it("that is used makes a difference", () => {
        expect(Object.keys(used)).to.have.members(keysWith("used"));
        for (const [key, values] of Object.entries(used)) {
            // Half a pair of keys is refused.
            const left = Object.entries(values).filter(([name]) => name !== key && key === "securityToken");
            const before = Object.fromEntries(left);
            expect(settingsOf(values), key).not.to.deep.equal(settingsOf(before));
        }
    });

    it("that is refused is named without its value", () => {
        for (const key of keysWith("refused")) {
            const error = thrownBy(AppSnapshotError, () => settingsOf({ [key]: "hunter2" }));
            expect(error.code, key).to.equal("InvalidSetting");
            expect(error.message).to.include(`alicloud:${key} can`).and.not.to.include("hunter2");
        }
    });

    it("that is ignored makes no difference, whatever its value is", () => {
        for (const key of keysWith("ignored")) {
            for (const value of ["text", "true", "1", '{"a": 1}', "[]"]) {
                expect(settingsOf({ [key]: value }), key).to.deep.equal(settingsOf({}));
            }
        }
    });

    it("that is empty counts as not set", () => {
        for (const key of upstream) {
            expect(settingsOf({ [key]: " " }), key).to.deep.equal(settingsOf({}));
        }
    });
});

describe("a file of profiles", () => {
    const chosen = { profile: "ci" };

    it("may be named if it is the one that is read", () => {
        for (const sharedCredentialsFile of ["~/.aliyun/config.json", "/home/user/.aliyun/config.json"]) {
            expect(settingsOf({ ...chosen, sharedCredentialsFile })).to.deep.equal(settingsOf(chosen));
        }
    });

    it("is refused if a profile would be read from another one, also in the environment", () => {
        const file = "/other/hunter2.json";
        const resolve = (): unknown =>
            resolveSettings((key) => (key === "alicloud:profile" ? "ci" : undefined), {
                HOME: "/home/user",
                ALICLOUD_SHARED_CREDENTIALS_FILE: file,
            });
        expect(thrownBy(AppSnapshotError, resolve).message)
            .to.include("ALICLOUD_SHARED_CREDENTIALS_FILE can't be used")
            .and.not.to.include("hunter2");
        expect(
            thrownBy(AppSnapshotError, () => settingsOf({ ...chosen, sharedCredentialsFile: file })).message,
        ).to.include("alicloud:sharedCredentialsFile can't be used");
    });

    it("makes no difference if no profile is read", () => {
        const keys = { accessKey: "id", secretKey: "secret" };
        const named = { ...keys, sharedCredentialsFile: "/other" };
        expect(settingsOf(named)).to.deep.equal(settingsOf(keys));
    });
});

describe("the protocol", () => {
    it("may be HTTPS, which is the default", () => {
        expect(settingsOf({ protocol: "HTTPS" })).to.deep.equal(settingsOf({}));
    });

    it("may be HTTP only if the endpoint itself says so", () => {
        const plain = { endpoints: '[{"ecs": "http://127.0.0.1:4566"}]' };
        expect(settingsOf({ ...plain, protocol: "HTTP" })).to.deep.equal(settingsOf(plain));
        for (const config of [{}, { endpoints: '[{"ecs": "ecs.host"}]' }]) {
            const resolve = (): unknown => settingsOf({ ...config, protocol: "HTTP" });
            expect(thrownBy(AppSnapshotError, resolve).message).to.include("alicloud:protocol");
        }
    });
});
