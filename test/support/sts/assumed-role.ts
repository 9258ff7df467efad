import type { StackOptions } from "../stack/test-stack";
import { certificateFile } from "../tls/tls-identity";
import { startSts, type Sts, type StsOptions } from "./sts";

export const roleArn = "acs:ram::1234567890123456:role/deploy";

/** The key that assumes the role; the emulator does not know it. */
export const owner = { accessKeyId: "owner", accessKeySecret: "owner/4Secret+7Access2Key=" };

/** The credentials of the role's calls. */
export const session = {
    accessKeyId: "STS.session",
    accessKeySecret: "session/4Secret+7Access2Key=",
    securityToken: "session+4Security/7Token2==",
};

/** Runs a test with the settings of a stack whose role is assumed at a fake STS. */
export async function withAssumedRole(
    options: Partial<StsOptions>,
    test: (settings: Required<Pick<StackOptions, "environment" | "config">>, sts: Sts) => Promise<void>,
): Promise<void> {
    const sts = await startSts({ callers: [owner], session, ...options });
    try {
        const settings = {
            environment: {
                ALIBABA_CLOUD_ACCESS_KEY_ID: undefined,
                ALIBABA_CLOUD_ACCESS_KEY_SECRET: undefined,
                NODE_EXTRA_CA_CERTS: certificateFile,
            },
            config: {
                "alicloud:region": "cn-hangzhou",
                "alicloud:accessKey": owner.accessKeyId,
                "alicloud:secretKey": owner.accessKeySecret,
                "alicloud:assumeRole": JSON.stringify({ roleArn }),
                "alicloud:endpoints": JSON.stringify([{ sts: sts.host }]),
            },
        };
        await test(settings, sts);
    } finally {
        await sts.close();
    }
}
