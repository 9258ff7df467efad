import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { owner, roleArn, session } from "../support/sts/assumed-role";
import { startSts, type Sts, type StsOptions } from "../support/sts/sts";
import { certificateFile } from "../support/tls/tls-identity";

/** The result of a process with certain settings. */
interface Shown {
    readonly accessKeyId?: string;
    readonly accessKeySecret?: string;
    readonly securityToken?: string;
    readonly error?: string;
    /** The time of the retries' clock, in milliseconds. */
    readonly waited: number;
}

type Values = Readonly<Record<string, string>>;

/** @param config by the key without "alicloud:". */
function shown(config: Values, environment: Values = {}): Promise<Shown> {
    const program = join(__dirname, "support", "show-credential.js");
    const env = {
        PATH: process.env["PATH"],
        NODE_EXTRA_CA_CERTS: certificateFile,
        ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true",
        CONFIG: JSON.stringify(config),
        ...environment,
    };
    return new Promise((resolve, reject) => {
        execFile(process.execPath, [program], { env }, (error, stdout, stderr) => {
            if (error === null) {
                resolve(JSON.parse(stdout) as Shown);
            } else {
                reject(new Error(stderr, { cause: error }));
            }
        });
    });
}

/** Returns the settings of a role that the owner's key assumes at an STS. */
function roleAt(sts: Sts, role: object = {}, more: Values = {}): Values {
    return {
        accessKey: owner.accessKeyId,
        secretKey: owner.accessKeySecret,
        assumeRole: JSON.stringify({ roleArn, ...role }),
        endpoints: JSON.stringify([{ sts: sts.host }]),
        ...more,
    };
}

describe("a role that the settings name", () => {
    let sts: Sts;
    let folder: string;
    const start = async (options: Partial<StsOptions> = {}): Promise<Sts> => {
        sts = await startSts({ callers: [owner], session, ...options });
        return sts;
    };
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "app-snapshot-role-"));
    });
    afterEach(async () => {
        await sts.close();
        await rm(folder, { recursive: true, force: true });
    });

    it("is assumed by the owner of the credentials, and makes the calls", async () => {
        expect(await shown(roleAt(await start()))).to.deep.equal({ ...session, waited: 0 });
        expect(sts.requests).to.have.length(1);
        expect(sts.requests[0]).to.include({
            Action: "AssumeRole",
            AccessKeyId: "owner",
            RoleArn: roleArn,
            RoleSessionName: "pulumi-alicloud-app-snapshot",
            DurationSeconds: "3600",
        });
        expect(sts.requests[0]).not.to.have.any.keys("Policy", "ExternalId", "SecurityToken");
    });

    it("is assumed with all of its fields, whatever the library would take from the environment", async () => {
        const role = {
            sessionName: "ci",
            policy: '{"Version":"1"}',
            sessionExpiration: 7200,
            externalId: "x",
        };
        const environment = {
            ALIBABA_CLOUD_ROLE_ARN: "acs:ram::1:role/other",
            ALIBABA_CLOUD_ROLE_SESSION_NAME: "other",
            ALIBABA_CLOUD_STS_REGION: "cn-other",
        };
        expect(await shown(roleAt(await start(), role), environment)).to.include(session);
        expect(sts.requests[0]).to.include({
            RoleArn: roleArn,
            RoleSessionName: "ci",
            DurationSeconds: "7200",
            Policy: '{"Version":"1"}',
            ExternalId: "x",
        });
    });

    it("is assumed by temporary credentials as well, and by those of a profile", async () => {
        const temporary = { ...owner, securityToken: "owner+Token/4==" };
        await start({ callers: [temporary] });
        const config = roleAt(sts, {}, { securityToken: temporary.securityToken });
        expect(await shown(config)).to.include(session);

        const profile = {
            name: "ci",
            mode: "StsToken",
            access_key_id: owner.accessKeyId,
            access_key_secret: owner.accessKeySecret,
            sts_token: temporary.securityToken,
        };
        await mkdir(join(folder, ".aliyun"));
        await writeFile(
            join(folder, ".aliyun", "config.json"),
            JSON.stringify({ current: "ci", profiles: [profile] }),
        );
        const byProfile = roleAt(sts, {}, { accessKey: "", secretKey: "", profile: "ci" });
        expect(await shown(byProfile, { HOME: folder })).to.include(session);
        expect(sts.requests).to.have.length(2);
    });

    it("that STS refuses is named with the code, and nothing else of the answer", async () => {
        await start({ refusals: ["NoPermission"] });
        const { error = "", waited } = await shown(roleAt(sts));
        expect(error).to.include("RoleNotAssumed");
        expect(error).to.include(
            `Details: ${roleArn} of alicloud:assumeRole, requested from ${sts.host}: STS answered NoPermission\n`,
        );
        expect(error).not.to.match(/hunter2|Secret/);
        expect(waited).to.equal(0);
        expect(sts.requests).to.have.length(1);
    });

    it("whose owner's key is wrong is reported as such, without the secret", async () => {
        await start();
        const { error = "" } = await shown(roleAt(sts, {}, { secretKey: "hunter2" }));
        expect(error)
            .to.match(/STS answered SignatureDoesNotMatch\n/)
            .and.not.to.include("hunter2");
    });

    it("is requested again after a passing fault", async () => {
        await start({ refusals: ["Throttling.User", "ServiceUnavailable", "InternalError"] });
        const result = await shown(roleAt(sts));
        expect(result).to.include(session);
        expect(result.waited).to.be.above(0);
        expect(sts.requests).to.have.length(4);
    });

    it("is given up if STS does not answer for as long as a call is retried", async () => {
        await start();
        await sts.close();
        const { error = "", waited } = await shown(roleAt(sts));
        expect(error).to.include("RoleNotAssumed").and.to.include("the connection failed (ECONNREFUSED)");
        expect(waited).to.be.within(100_000, 150_000);
    });

    it("is assumed again once its credentials have expired, also between retries", async () => {
        await start({ refusals: [undefined, "ServiceUnavailable"] });
        const later = await shown(roleAt(sts), { LATER: "7200000" });
        expect(later).to.include(session);
        expect(later.waited).to.be.above(0);
        expect(sts.requests).to.have.length(3);
    });

    it("whose credentials have expired and can't be renewed is reported with its code, not as a wrong token", async () => {
        await start({ refusals: [undefined, "NoPermission"] });
        const { error = "", waited } = await shown(roleAt(sts), { LATER: "7200000" });
        expect(error).to.include("CredentialsNotRenewed").and.to.include("could not be renewed");
        expect(error)
            .to.include(`${roleArn} of alicloud:assumeRole`)
            .and.to.include("STS answered NoPermission");
        expect(error).not.to.match(/hunter2|Secret/);
        expect(waited).to.equal(0);
    });

    it("may be assumed with the token of an identity provider, read from a file", async () => {
        await start();
        const tokenFile = join(folder, "token");
        await writeFile(tokenFile, "good token");
        const oidc = { oidcProviderArn: "acs:ram::1:oidc-provider/p", oidcTokenFile: tokenFile, roleArn };
        const config = {
            assumeRoleWithOidc: JSON.stringify(oidc),
            endpoints: JSON.stringify([{ sts: sts.host }]),
        };
        expect(await shown(config)).to.include(session);
        expect(sts.requests[0]).to.include({ Action: "AssumeRoleWithOIDC", RoleArn: roleArn });

        await writeFile(tokenFile, "bad token");
        const { error = "" } = await shown(config);
        expect(error).to.include("alicloud:assumeRoleWithOidc");
        expect(error).to.include("STS answered AuthenticationFail.NoPermission");

        const missing = { ...oidc, oidcTokenFile: `${tokenFile}-missing` };
        const lost = await shown({ ...config, assumeRoleWithOidc: JSON.stringify(missing) });
        expect(lost.error).to.include("its token file can't be read (ENOENT)");
    });
});
