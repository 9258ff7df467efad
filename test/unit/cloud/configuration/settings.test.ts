import { expect } from "chai";

import type { CredentialSource } from "../../../../provider/src/cloud/configuration/credentials";
import { resolveSettings, type Settings } from "../../../../provider/src/cloud/configuration/settings";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { thrownBy } from "../../support/rejection";

type Values = Readonly<Record<string, string>>;

/** @param config by the key without "alicloud:". */
function settingsOf(config: Values, environment: Values = {}): Settings {
    return resolveSettings((key) => config[key.replace("alicloud:", "")], environment);
}
function credentialsOf(config: Values, environment: Values = {}): CredentialSource {
    return settingsOf(config, environment).credentials.source;
}
function errorOf(config: Values, environment: Values = {}): AppSnapshotError {
    return thrownBy(AppSnapshotError, () => settingsOf(config, environment));
}

describe("the region", () => {
    it("is the stack's, then the environment's, then none", () => {
        const environment = {
            ALIBABA_CLOUD_REGION: "cn-a",
            ALIBABA_CLOUD_REGION_ID: "cn-b",
            ALICLOUD_REGION: "cn-c",
        };
        expect(settingsOf({ region: "cn-z" }, environment).regionId).to.equal("cn-z");
        expect(settingsOf({}, environment).regionId).to.equal("cn-a");
        expect(settingsOf({}, { ...environment, ALIBABA_CLOUD_REGION: "" }).regionId).to.equal("cn-b");
        expect(settingsOf({}, { ALICLOUD_REGION: " cn-c " }).regionId).to.equal("cn-c");
        expect(settingsOf({}).regionId).to.equal(undefined);
    });
});

describe("the record of calls", () => {
    it("is kept only if the environment names a file", () => {
        const set = { ALICLOUD_APP_SNAPSHOT_CALLS_FILE: " /tmp/calls.jsonl " };
        expect(settingsOf({}, set).callsFile).to.equal("/tmp/calls.jsonl");
        expect(settingsOf({}, { ALICLOUD_APP_SNAPSHOT_CALLS_FILE: "" })).not.to.have.property("callsFile");
    });

    it("has an absolute path", () => {
        expect(errorOf({}, { ALICLOUD_APP_SNAPSHOT_CALLS_FILE: "calls.jsonl" }).message)
            .to.include("ALICLOUD_APP_SNAPSHOT_CALLS_FILE must be an absolute path")
            .and.not.include("calls.jsonl");
    });
});

describe("the credentials", () => {
    const environment = {
        ALIBABA_CLOUD_ACCESS_KEY_ID: "id-e",
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret-e",
        ALIBABA_CLOUD_SECURITY_TOKEN: "token-e",
        ALIBABA_CLOUD_PROFILE: "profile-e",
    };

    it("are the stack's key pair before everything else", () => {
        expect(
            credentialsOf({ accessKey: "id-c", secretKey: "secret-c", profile: "profile-c" }, environment),
        ).to.deep.equal({ kind: "static", accessKeyId: "id-c", accessKeySecret: "secret-c" });
    });

    it("have the names of the settings that they come from, if any, but no value", () => {
        const namesOf = (...sources: Parameters<typeof settingsOf>) =>
            settingsOf(...sources).credentials.settings;
        expect(namesOf({ accessKey: "id-c", secretKey: "secret-c" }, environment)).to.equal(
            "alicloud:accessKey and alicloud:secretKey",
        );
        expect(namesOf({ profile: "p" }, environment)).to.equal("alicloud:profile");
        expect(namesOf({}, environment)).to.equal(
            "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        );
        expect(namesOf({}, { ALICLOUD_PROFILE: "p" })).to.equal("ALICLOUD_PROFILE");
        expect(namesOf({}, { ALICLOUD_ECS_ROLE_NAME: "r" })).to.equal("ALICLOUD_ECS_ROLE_NAME");
        expect(namesOf({}, {})).to.equal(undefined);
    });

    it("come with their own token, never with that of another source", () => {
        expect(
            credentialsOf(
                { accessKey: "id-c", secretKey: "secret-c", securityToken: "token-c" },
                environment,
            ),
        ).to.deep.equal({
            kind: "static",
            accessKeyId: "id-c",
            accessKeySecret: "secret-c",
            securityToken: "token-c",
        });
    });

    it("are the stack's profile before the environment's keys", () => {
        expect(credentialsOf({ profile: "profile-c" }, environment)).to.deep.equal({
            kind: "profile",
            name: "profile-c",
        });
    });

    it("are the environment's keys before its profile, the newer names before the older", () => {
        const older = { ALICLOUD_ACCESS_KEY: "id-o", ALICLOUD_SECRET_KEY: "secret-o" };
        expect(credentialsOf({}, { ...older, ...environment })).to.deep.equal({
            kind: "static",
            accessKeyId: "id-e",
            accessKeySecret: "secret-e",
            securityToken: "token-e",
        });
        expect(credentialsOf({}, { ...older, ALICLOUD_PROFILE: "p" })).to.deep.equal({
            kind: "static",
            accessKeyId: "id-o",
            accessKeySecret: "secret-o",
        });
    });

    it("are the environment's profile, or else the SDK's chain", () => {
        expect(credentialsOf({}, { ALIBABA_CLOUD_PROFILE: "p", ALICLOUD_PROFILE: "q" })).to.deep.equal({
            kind: "profile",
            name: "p",
        });
        expect(credentialsOf({}, { ALICLOUD_PROFILE: "q" })).to.deep.equal({ kind: "profile", name: "q" });
        expect(credentialsOf({})).to.deep.equal({ kind: "chain" });
    });

    it("are a credentials URI, then a RAM role of the machine, each before the environment's keys", () => {
        const config = { credentialsUri: "http://127.0.0.1/c", ecsRoleName: "machine" };
        expect(credentialsOf({ ...config, profile: "p" }, environment).kind).to.equal("profile");
        expect(credentialsOf(config, environment)).to.deep.equal({ kind: "uri", uri: "http://127.0.0.1/c" });
        expect(credentialsOf({ ecsRoleName: "machine" }, environment)).to.deep.equal({
            kind: "ecs-role",
            name: "machine",
        });
    });

    it("are those in @pulumi/alicloud's own variables, before the SDK's chain", () => {
        const variables = {
            ALICLOUD_CREDENTIALS_URI: "http://127.0.0.1/c",
            ALICLOUD_ECS_ROLE_NAME: "machine",
        };
        expect(credentialsOf({}, { ...variables, ALICLOUD_PROFILE: "p" }).kind).to.equal("profile");
        expect(credentialsOf({}, variables)).to.deep.equal({ kind: "uri", uri: "http://127.0.0.1/c" });
        expect(credentialsOf({}, { ALICLOUD_ECS_ROLE_NAME: "machine" })).to.deep.equal({
            kind: "ecs-role",
            name: "machine",
        });
    });

    it("are a role by an identity provider's token, after all other configuration", () => {
        const assumeRoleWithOidc = JSON.stringify({
            oidcProviderArn: "acs:ram::1:oidc-provider/p",
            oidcTokenFile: "/token",
            roleArn: "acs:ram::1:role/r",
        });
        expect(credentialsOf({ assumeRoleWithOidc, ecsRoleName: "machine" }).kind).to.equal("ecs-role");
        expect(credentialsOf({ assumeRoleWithOidc }, environment)).to.deep.equal({
            kind: "oidc",
            role: {
                roleArn: "acs:ram::1:role/r",
                providerArn: "acs:ram::1:oidc-provider/p",
                tokenFile: "/token",
                sessionName: "pulumi-alicloud-app-snapshot",
                sessionSeconds: 3_600,
            },
        });
    });

    it("may be of any kind for a role that they assume", () => {
        const assumeRole = '{"roleArn": "acs:ram::1:role/r"}';
        const sources: readonly (readonly [config: Values, environment: Values])[] = [
            [{ accessKey: "id-c", secretKey: "secret-c" }, {}],
            [{ profile: "p" }, {}],
            [{ credentialsUri: "http://127.0.0.1/c" }, {}],
            [{ ecsRoleName: "machine" }, {}],
            [{}, environment],
            [{}, {}],
        ];
        for (const [config, variables] of sources) {
            const { credentials } = settingsOf({ ...config, assumeRole }, variables);
            expect(credentials.source).to.deep.equal(credentialsOf(config, variables));
            expect(credentials.assumeRole?.roleArn).to.equal("acs:ram::1:role/r");
        }
    });

    it("that are empty count as not set: pipelines pass unset variables like this", () => {
        expect(
            credentialsOf(
                { accessKey: "", secretKey: "  ", securityToken: "", profile: "" },
                {
                    ALIBABA_CLOUD_ACCESS_KEY_ID: "",
                    ALIBABA_CLOUD_ACCESS_KEY_SECRET: "",
                    ALIBABA_CLOUD_PROFILE: "",
                },
            ),
        ).to.deep.equal({ kind: "chain" });
    });

    it("that are a token without its key pair are refused: it would belong to another one", () => {
        const error = errorOf({ securityToken: "hunter2" }, environment);
        expect(error.message).to.include("alicloud:securityToken").and.not.to.include("hunter2");
    });

    it("that are half a pair are refused, naming both settings and no value", () => {
        const halves: readonly (readonly [config: Values, environment: Values, names: string])[] = [
            [{ accessKey: "hunter2" }, {}, "alicloud:accessKey and alicloud:secretKey"],
            [{ secretKey: "hunter2" }, environment, "alicloud:accessKey and alicloud:secretKey"],
            [
                {},
                { ALIBABA_CLOUD_ACCESS_KEY_SECRET: "hunter2" },
                "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            ],
            [{}, { ALICLOUD_ACCESS_KEY: "hunter2" }, "ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY"],
        ];
        for (const [config, variables, names] of halves) {
            const error = errorOf(config, variables);
            expect(error.code).to.equal("InvalidSetting");
            expect(error.message).to.include(names);
            expect(error.message).not.to.match(/hunter2|id-e|secret-e/);
        }
    });
});

describe("the endpoint", () => {
    it("is the environment's, then the ecs entry of the stack's endpoints, then the SDK's own", () => {
        const config = { endpoints: '[{"vpc": "vpc.host"}, {"ecs": "ecs.host"}]' };
        expect(
            settingsOf(config, { ALIBABA_CLOUD_ECS_ENDPOINT: "http://127.0.0.1:4566" }).endpoint,
        ).to.deep.equal({
            protocol: "http",
            host: "127.0.0.1:4566",
        });
        expect(settingsOf(config).endpoint).to.deep.equal({ protocol: "https", host: "ecs.host" });
        expect(settingsOf({}, { ALIBABA_CLOUD_ECS_ENDPOINT: "" }).endpoint).to.equal(undefined);
    });

    it("may be in an object without a list, and may be missing", () => {
        expect(settingsOf({ endpoints: '{"ecs": "ecs.host"}' }).endpoint?.host).to.equal("ecs.host");
        for (const endpoints of ["[]", "{}", '[{"ecs": ""}]', '[{"ecs": null}]', "[null]", "null"]) {
            expect(settingsOf({ endpoints }).endpoint, endpoints).to.equal(undefined);
        }
    });

    it("in another form is refused, not ignored: the calls would go elsewhere", () => {
        for (const endpoints of [
            "5",
            '"ecs.host"',
            '["ecs.host"]',
            '[[{"ecs": "ecs.host"}]]',
            '[{"ecs": 5}]',
            '[{"ecs": ["ecs.host"]}]',
        ]) {
            expect(errorOf({ endpoints }).message, endpoints).to.match(
                /^InvalidSetting: .*\n.*alicloud:endpoints/,
            );
        }
    });

    it("that is no JSON is refused without quoting it", () => {
        const error = errorOf({ endpoints: '[{"ecs": hunter2' });
        expect(error.code).to.equal("InvalidSetting");
        expect(error.message).to.include("alicloud:endpoints is not JSON");
        expect(error.message).not.to.include("hunter2");
    });

    it("of STS is the sts entry, always with TLS", () => {
        const config = { endpoints: '[{"ecs": "ecs.host", "sts": "sts.host:8443"}]' };
        expect(settingsOf(config).credentials.stsHost).to.equal("sts.host:8443");
        expect(settingsOf({ endpoints: '[{"ecs": "ecs.host"}]' }).credentials).not.to.have.property(
            "stsHost",
        );
        expect(errorOf({ endpoints: '[{"sts": "http://sts.host"}]' }).message).to.include(
            "alicloud:endpoints: its sts entry",
        );
    });

    it("that can't be used is refused with the name of its setting", () => {
        expect(errorOf({}, { ALIBABA_CLOUD_ECS_ENDPOINT: "ftp://hunter2" }).message).to.include(
            "ALIBABA_CLOUD_ECS_ENDPOINT must be",
        );
        expect(errorOf({ endpoints: '[{"ecs": "https://a/hunter2"}]' }).message)
            .to.include("alicloud:endpoints (its ecs entry)")
            .and.not.to.include("hunter2");
    });
});

describe("the default tags", () => {
    const key = "alicloud-app-snapshot:defaultTags";
    const tagsOf = (json: string) => settingsOf({ [key]: json }).defaultTags;

    it("are none, or those of one object", () => {
        expect(settingsOf({}).defaultTags).to.deep.equal({});
        expect(tagsOf("{}")).to.deep.equal({});
        expect(tagsOf('{"team":"payments","cost-center":"4711"}')).to.deep.equal({
            team: "payments",
            "cost-center": "4711",
        });
    });

    it("may be what `pulumi config set --path` took for a number or a truth value", () => {
        expect(tagsOf('{"cost-center":4711,"critical":true}')).to.deep.equal({
            "cost-center": "4711",
            critical: "true",
        });
    });

    it("are refused in another form, which the error shows", () => {
        for (const json of ["team", '["team"]', '"team"', '{"team":{}}', '{"team":null}', "1"]) {
            expect(errorOf({ [key]: json }).message, json)
                .to.include(key)
                .and.include('{"team":"payments"}');
        }
    });

    it("are refused if a number has lost digits, which the error does not show", () => {
        const { message } = errorOf({ [key]: '{"account":12345678901234567}' });
        expect(message)
            .to.match(/defaultTags has a number with more digits.*as a string/)
            .and.not.include("1234567890");
    });
});
