import { expect } from "chai";

import { connectionFault } from "../../../../provider/src/cloud/ecs/connection-fault";
import { serviceFault, stsFault } from "../../../../provider/src/cloud/ecs/credential-fault";
import { ProxyError } from "../../../../provider/src/cloud/ecs/proxy-error";
import { toApiCallError } from "../../../../provider/src/cloud/ecs/sdk-error";

const proxy = { variable: "https_proxy", url: new URL("http://user:hunter2@proxy.example:3128") };
const place = "endpoint ecs.example, region cn-hangzhou";

function withCode(code: string): Error {
    return Object.assign(new Error("POST https://hunter2 failed."), { code });
}

describe("a connection that is not made", () => {
    it("because of the proxy is retried unless the proxy refuses it", () => {
        for (const [status, code, retryClass, reason] of [
            [407, undefined, "never", "answered with status 407, it refuses the user or the password"],
            [403, undefined, "never", "answered with status 403"],
            [405, undefined, "never", "answered with status 405"],
            [429, undefined, "again", "answered with status 429"],
            [502, undefined, "again", "answered with status 502"],
            [503, undefined, "again", "answered with status 503"],
            [undefined, "ECONNREFUSED", "again", "can't be reached, or closed the connection (ECONNREFUSED)"],
            [undefined, undefined, "again", "can't be reached, or closed the connection (no answer in time)"],
        ] as const) {
            const fault = connectionFault(new ProxyError(proxy, status, code));
            expect(fault?.reason).to.equal(`the proxy proxy.example:3128 of https_proxy ${reason}`);
            expect(fault?.retryClass, reason).to.equal(retryClass);
            expect(fault?.entry.code).to.equal("ProxyFailed");
        }
    });

    it("because the proxy knows no user says that it requires one", () => {
        const open = { ...proxy, url: new URL("http://proxy.example:3128") };
        expect(connectionFault(new ProxyError(open, 407, undefined))?.reason).to.match(
            /status 407, it requires a user and a password$/,
        );
    });

    it("because of a certificate is not retried, and the remedy names NODE_EXTRA_CA_CERTS", () => {
        for (const code of [
            "SELF_SIGNED_CERT_IN_CHAIN",
            "DEPTH_ZERO_SELF_SIGNED_CERT",
            "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "CERT_HAS_EXPIRED",
            "ERR_TLS_CERT_ALTNAME_INVALID",
        ]) {
            const error = toApiCallError("RunCommand", withCode(code), place);
            expect(error).to.include({
                code: undefined,
                description: `the certificate of the answer is not trusted (${code}); ${place}`,
                retryClass: "never",
                mayBeDone: false,
            });
            const reported = error.toAppSnapshotError("i-1");
            expect(reported.code).to.equal("CertificateNotTrusted");
            expect(reported.message).to.include("NODE_EXTRA_CA_CERTS").and.not.to.include("hunter2");
        }
    });

    it("to the proxy, because of its certificate, names the proxy", () => {
        const fault = connectionFault(new ProxyError(proxy, undefined, "SELF_SIGNED_CERT_IN_CHAIN"));
        expect(fault).to.deep.include({
            reason: "the certificate of the proxy proxy.example:3128 of https_proxy is not trusted (SELF_SIGNED_CERT_IN_CHAIN)",
            retryClass: "never",
        });
        expect(fault?.entry.code).to.equal("CertificateNotTrusted");
    });

    it("for credentials is reported like that for a call", () => {
        for (const thrown of [new ProxyError(proxy, 407, undefined), withCode("CERT_HAS_EXPIRED")]) {
            expect(stsFault(thrown)).to.deep.equal(connectionFault(thrown));
            expect(serviceFault(thrown)).to.deep.equal(connectionFault(thrown));
        }
    });

    it("for another reason is none of these", () => {
        for (const thrown of [withCode("ECONNRESET"), withCode("EPROTO"), new Error("x"), "x", undefined]) {
            expect(connectionFault(thrown)).to.equal(undefined);
        }
    });

    it("keeps its entry if an earlier attempt may have taken effect, and says that it may", () => {
        const error = toApiCallError("RunCommand", new ProxyError(proxy, 407, undefined)).afterFault();
        expect(error.mayBeDone).to.equal(true);
        expect(error.toAppSnapshotError().code).to.equal("ProxyFailed");
    });
});
