import { expect } from "chai";

import {
    type CredentialFault,
    profileFault,
    serviceFault,
    stsFault,
    unknownFault,
} from "../../../../provider/src/cloud/ecs/credential-fault";

function stsSaid(code: string): Error {
    return new Error(`refresh session token failed: {"RequestId":"R","Code":"${code}","Message":"hunter2"}`);
}
function transport(fields: object): Error {
    return Object.assign(new Error("POST https://hunter2 failed."), fields);
}

const faults = { stsFault, serviceFault, profileFault, unknownFault } as const;

describe("a failure to get credentials", () => {
    it("is classified by the code of STS", () => {
        for (const [code, retryClass] of [
            ["NoPermission", "never"],
            ["EntityNotExist.Role", "never"],
            ["InvalidAccessKeyId.NotFound", "never"],
            ["Throttling.User", "later"],
            ["ServiceUnavailable", "again"],
            ["InternalError", "again"],
        ] as const) {
            expect(stsFault(stsSaid(code))).to.deep.equal({ reason: `STS answered ${code}`, retryClass });
            expect(profileFault(stsSaid(code))).to.deep.equal(stsFault(stsSaid(code)));
        }
        expect(stsFault(new Error("the access key secret is invalid"))).to.deep.equal({
            reason: "STS answered SignatureDoesNotMatch",
            retryClass: "never",
        });
    });

    it("of the network is classified by its code, and may pass", () => {
        for (const fault of [stsFault, serviceFault, profileFault]) {
            expect(fault(transport({ code: "ECONNREFUSED" }))).to.deep.equal({
                reason: "the connection failed (ECONNREFUSED)",
                retryClass: "again",
            });
            expect(fault(transport({ name: "RequestTimeoutError" }))).to.deep.equal({
                reason: "no answer came in time",
                retryClass: "again",
            });
        }
    });

    it("for want of a token file does not pass", () => {
        expect(stsFault(transport({ code: "ENOENT", path: "/hunter2" }))).to.deep.equal({
            reason: "its token file can't be read (ENOENT)",
            retryClass: "never",
        });
    });

    it("of a service is classified by its status", () => {
        for (const [status, retryClass] of [
            [404, "never"],
            [403, "never"],
            [429, "again"],
            [500, "again"],
            [503, "again"],
        ] as const) {
            const thrown = new Error(`get sts token failed, httpStatus: ${status}, message = hunter2.`);
            expect(serviceFault(thrown)).to.deep.equal({
                reason: `the answer had the status ${status}`,
                retryClass,
            });
        }
    });

    it("by an unknown answer may pass if a service was asked, but not for a file or a chain", () => {
        const thrown = new Error("refresh session token failed: <html>hunter2");
        expect(stsFault(thrown).retryClass).to.equal("again");
        expect(serviceFault(thrown).retryClass).to.equal("again");
        expect(profileFault(thrown)).to.deep.equal(unknownFault());
        expect(unknownFault().retryClass).to.equal("never");
    });

    it("shows nothing of the library's message", () => {
        const words: readonly unknown[] = [
            stsSaid("hunter2 with spaces"),
            new Error('x failed: {"Code":{"hunter2":1}}'),
            new Error('parse failed: {"profiles":[{"access_key_secret":"hunter2"'),
            new Error(
                'error retrieving credentials from credentialsURI result: {"AccessKeySecret":"hunter2"}.',
            ),
            new TypeError("hunter2 of undefined"),
            transport({ code: "hunter2" }),
            transport({}),
            "hunter2",
            undefined,
        ];
        for (const thrown of words) {
            for (const [name, fault] of Object.entries(faults)) {
                const { reason = "" }: CredentialFault = fault(thrown);
                expect(reason, name).not.to.include("hunter2");
            }
        }
    });
});
