import { expect } from "chai";

import { assumedRole, oidcRole } from "../../../../provider/src/cloud/configuration/roles";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { thrownBy } from "../../support/rejection";

const roleArn = "acs:ram::1234567890123456:role/deploy-x";
const plain = { roleArn, sessionName: "pulumi-alicloud-app-snapshot", sessionSeconds: 3_600 };

function refusalOf(resolve: () => unknown): string {
    const error = thrownBy(AppSnapshotError, resolve);
    expect(error.code).to.equal("InvalidSetting");
    expect(error.message).not.to.include("hunter2");
    return error.message;
}

describe("alicloud:assumeRole", () => {
    const role = (value: unknown, environment = {}): unknown =>
        assumedRole(JSON.stringify(value), environment);

    it("is an object or a list with one, with defaults for all but the role", () => {
        expect(role({ roleArn })).to.deep.equal(plain);
        expect(role([{ roleArn }])).to.deep.equal(plain);
        expect(
            role({ roleArn, sessionName: "", policy: null, sessionExpiration: 0, externalId: " " }),
        ).to.deep.equal(plain);
    });

    it("uses its fields", () => {
        expect(
            role({ roleArn, sessionName: "ci@x", policy: "{}", sessionExpiration: 900, externalId: "e" }),
        ).to.deep.equal({
            roleArn,
            sessionName: "ci@x",
            policy: "{}",
            sessionSeconds: 900,
            externalId: "e",
        });
    });

    it("accepts a number for text and text for a number: `pulumi config set` converts either way", () => {
        expect(role({ roleArn, externalId: 12345, sessionExpiration: "43200" })).to.deep.include({
            externalId: "12345",
            sessionSeconds: 43_200,
        });
    });

    it("takes missing fields from the environment, as @pulumi/alicloud does", () => {
        const older = {
            ALIBABA_CLOUD_ROLE_ARN: "acs:ram::1:role/older",
            ALIBABA_CLOUD_ROLE_SESSION_NAME: "older",
        };
        const newer = {
            ALICLOUD_ASSUME_ROLE_ARN: "acs:ram::1:role/newer",
            ALICLOUD_ASSUME_ROLE_SESSION_NAME: "newer",
            ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION: "1000",
        };
        expect(role({}, older)).to.deep.include({ roleArn: "acs:ram::1:role/older", sessionName: "older" });
        expect(role({}, { ...older, ...newer })).to.deep.equal({
            roleArn: "acs:ram::1:role/newer",
            sessionName: "newer",
            sessionSeconds: 1_000,
        });
        const own = { roleArn, sessionName: "own", sessionExpiration: 2_000 };
        expect(role(own, newer)).to.deep.equal({ roleArn, sessionName: "own", sessionSeconds: 2_000 });
    });

    it("that is not set assumes no role, whatever the environment has", () => {
        for (const json of [undefined, "null", "[]", "[null]"]) {
            expect(assumedRole(json, { ALICLOUD_ASSUME_ROLE_ARN: roleArn }), json).to.equal(undefined);
        }
    });

    it("that can't be used is refused with the name of the wrong field, without values", () => {
        const wrong: readonly (readonly [value: unknown, message: RegExp])[] = [
            [
                {},
                /alicloud:assumeRole has no roleArn; set it there, or as ALICLOUD_ASSUME_ROLE_ARN or ALIBABA_CLOUD_ROLE_ARN$/m,
            ],
            [{ roleArn: "" }, /alicloud:assumeRole has no roleArn/],
            [{ roleArn: "hunter2" }, /alicloud:assumeRole: its roleArn must be the ARN of a RAM role/],
            [{ roleArn: "acs:ram::1:user/hunter2" }, /roleArn must be/],
            [{ roleArn: ["hunter2"] }, /alicloud:assumeRole: its roleArn must be a string/],
            [{ roleArn, hunter2: "x" }, /an unknown field; the known fields are roleArn, sessionName/],
            [{ roleArn, sessionName: "hunter2 " + "x" }, /its sessionName must have 2 to 64/],
            [{ roleArn, sessionName: "x" }, /its sessionName/],
            [{ roleArn, sessionName: true }, /its sessionName must be a string/],
            [{ roleArn, policy: { hunter2: 1 } }, /its policy must be a string/],
            [{ roleArn, externalId: 1.5 }, /its externalId must be a string/],
            [{ roleArn, sessionExpiration: 899 }, /its sessionExpiration must be .* from 900 to 43200/],
            [{ roleArn, sessionExpiration: 43_201 }, /its sessionExpiration/],
            [{ roleArn, sessionExpiration: "1h" }, /its sessionExpiration/],
            [{ roleArn, sessionExpiration: -3600 }, /its sessionExpiration/],
            [[{ roleArn }, { roleArn }], /must be one object/],
            [[[{ roleArn }]], /must be one object/],
            ["hunter2", /must be one object/],
            [42, /must be one object/],
        ];
        for (const [value, message] of wrong) {
            expect(refusalOf(() => role(value))).to.match(message);
        }
        expect(refusalOf(() => assumedRole("acs:ram::1:role/hunter2", {}))).to.match(
            /alicloud:assumeRole is not JSON; it has the form \{"roleArn"/,
        );
        const environment = { ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION: "hunter2" };
        expect(refusalOf(() => role({ roleArn }, environment))).to.match(
            /ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION must be/,
        );
    });
});

describe("alicloud:assumeRoleWithOidc", () => {
    const role = (value: unknown, environment = {}): unknown => oidcRole(JSON.stringify(value), environment);
    const given = { oidcProviderArn: "acs:ram::1:oidc-provider/p", oidcTokenFile: "/token", roleArn };
    const read = { ...plain, providerArn: given.oidcProviderArn, tokenFile: "/token" };

    it("uses its fields, and defaults", () => {
        expect(role(given)).to.deep.equal(read);
        expect(
            role([{ ...given, roleSessionName: "ci", policy: "{}", sessionExpiration: 1_000 }]),
        ).to.deep.equal({ ...read, sessionName: "ci", policy: "{}", sessionSeconds: 1_000 });
    });

    it("takes missing fields from the environment", () => {
        const environment = {
            ALIBABA_CLOUD_OIDC_PROVIDER_ARN: given.oidcProviderArn,
            ALIBABA_CLOUD_OIDC_TOKEN_FILE: "/token",
            ALIBABA_CLOUD_ROLE_ARN: roleArn,
            ALIBABA_CLOUD_ROLE_SESSION_NAME: "name",
        };
        expect(role({}, environment)).to.deep.equal({ ...read, sessionName: "name" });
        expect(oidcRole(undefined, environment)).to.equal(undefined);
    });

    it("that can't be used is refused with the name of the wrong field, without values", () => {
        const wrong: readonly (readonly [value: unknown, message: RegExp])[] = [
            [
                { ...given, oidcToken: "hunter2" },
                /alicloud:assumeRoleWithOidc: oidcToken can't be used.*oidcTokenFile/,
            ],
            [{ ...given, oidcTokenFile: "" }, /has no oidcTokenFile.*ALIBABA_CLOUD_OIDC_TOKEN_FILE/],
            [{ ...given, oidcProviderArn: null }, /has no oidcProviderArn/],
            [
                { ...given, roleArn: undefined },
                /alicloud:assumeRoleWithOidc has no roleArn; set it there, or as ALIBABA_CLOUD_ROLE_ARN$/m,
            ],
            [
                {},
                /has no roleArn, no oidcProviderArn, no oidcTokenFile; set them there, or as ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN, ALIBABA_CLOUD_OIDC_TOKEN_FILE$/m,
            ],
            [{ ...given, sessionName: "x" }, /an unknown field/],
            [{ ...given, roleSessionName: "?hunter2" }, /its roleSessionName/],
        ];
        for (const [value, message] of wrong) {
            expect(refusalOf(() => role(value))).to.match(message);
        }
    });
});
