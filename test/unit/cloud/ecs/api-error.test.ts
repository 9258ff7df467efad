import { expect } from "chai";

import { ApiCallError, retryClassOf } from "../../../../provider/src/cloud/ecs/api-error";
import { toApiCallError } from "../../../../provider/src/cloud/ecs/sdk-error";

/** Returns an error as the SDK makes it for an answer of the API. */
function sdkError(name: string, code: string, statusCode: number, more: object = {}): Error {
    return Object.assign(new Error(`${code}: code: ${statusCode}, The words. request id: R-1`), {
        name,
        code,
        statusCode,
        requestId: "R-1",
        data: { Code: code, Message: "The words.", RequestId: "R-1", statusCode },
        ...more,
    });
}

const secretUrl =
    "https://ecs.cn-hangzhou.aliyuncs.com/?AccessKeyId=LTAIhunter2&Signature=hunter2&CommandContent=hunter2";

describe("the retry class of a code", () => {
    it("depends only on the code", () => {
        for (const code of ["Throttling", "Throttling.User", "Throttling.Api", "Rejected.Throttling"]) {
            expect(retryClassOf(code), code).to.equal("later");
        }
        for (const code of [
            "ServiceUnavailable",
            "InternalError",
            "InternalError.Dispatch",
            "IdempotentProcessing",
            "OperationConflict",
            "Operation.Conflict",
            "InvalidOperation.Conflict",
            "IncorrectDiskStatus.CreatingSnapshot",
            "InvalidOperation.RelatedSnapshotNotFinished",
        ]) {
            expect(retryClassOf(code), code).to.equal("again");
        }
        for (const code of [
            "InvalidInstance.NotFound",
            "InvalidSnapshotGroup.NotFound",
            "InvalidParameter.Name",
            "Forbidden.RAM",
            "InvalidTimeout.ExceedLimit",
            "QuotaExceed.Snapshot",
            "IdempotentParameterMismatch",
            "SignatureDoesNotMatch",
            "InvalidSecurityToken.Expired",
            "SomethingNew",
        ]) {
            expect(retryClassOf(code), code).to.equal("never");
        }
    });
});

describe("an error of the SDK", () => {
    it("keeps the API's code, its plain message and the request's id", () => {
        const error = toApiCallError("RunCommand", sdkError("ClientError", "InvalidInstance.NotFound", 404));
        expect(error).to.include({
            operation: "RunCommand",
            code: "InvalidInstance.NotFound",
            description: "The words.",
            retryClass: "never",
            requestId: "R-1",
            message: "RunCommand: InvalidInstance.NotFound: The words.",
        });
    });

    it("falls back to the SDK's message if the answer has none", () => {
        const error = toApiCallError(
            "RunCommand",
            sdkError("ServerError", "InternalError", 500, { data: {} }),
        );
        expect(error.description).to.include("The words.");
        expect(error.retryClass).to.equal("again");
    });

    it("keeps nothing of the request that the API quotes when it refuses a signature", () => {
        for (const quoted of [
            ". server StringToSign is [ACS3-HMAC-SHA256\nhunter2], server CanonicalRequest is [POST\n/\nhunter2]",
            ". server string to sign is:POST&%2F&hunter2",
            ", and server canonical request is hunter2",
        ]) {
            const error = toApiCallError(
                "RunCommand",
                sdkError("ClientError", "SignatureDoesNotMatch", 400, {
                    data: { Message: `Specified signature does not match our calculation${quoted}` },
                }),
            );
            expect(error.description).to.equal("Specified signature does not match our calculation");
        }
    });

    it("keeps a bounded part of a long message", () => {
        const data = { Message: "w".repeat(10_000) };
        const error = toApiCallError("RunCommand", sdkError("ClientError", "Code", 400, { data }));
        expect(error.description).to.have.length.within(100, 1_000);
    });

    it("about throttling has the time to wait, whatever its status", () => {
        for (const status of [400, 403, 429, 503]) {
            const error = toApiCallError(
                "RunCommand",
                sdkError("ThrottlingError", "Throttling.User", status, { retryAfter: 2_500 }),
            );
            expect(error).to.include({ retryClass: "later", retryAfterMs: 2_500 });
        }
    });

    it("leaves out a missing request id, and a wait that is no number", () => {
        const error = toApiCallError(
            "RunCommand",
            sdkError("ThrottlingError", "Throttling", 400, {
                data: {},
                requestId: undefined,
                retryAfter: Number.NaN,
            }),
        );
        expect(error.requestId).to.equal(undefined);
        expect(error.retryAfterMs).to.equal(undefined);
    });

    it("that is an HTML page or an empty body counts as passing", () => {
        const error = toApiCallError(
            "RunCommand",
            new SyntaxError("Unexpected token < in JSON: <html>hunter2"),
        );
        expect(error).to.include({
            code: undefined,
            retryClass: "again",
            description: "the answer was not JSON",
        });
        expect(error.message).not.to.include("hunter2");
    });

    it("about a timeout or a broken connection keeps nothing of its text, which has the whole signed URL", () => {
        const errors = [
            Object.assign(new Error(`ReadTimeout: 3000. POST ${secretUrl} failed.`), {
                name: "RequestTimeoutError",
            }),
            Object.assign(new Error(`ConnectTimeout: Connect ${secretUrl} failed.`), {
                name: "RequestTimeoutError",
                data: { request: { query: { Signature: "hunter2" } } },
            }),
            Object.assign(new Error(`connect ECONNREFUSED. POST ${secretUrl} failed.`), {
                name: "RequestError",
                code: "ECONNREFUSED",
            }),
            Object.assign(new Error(secretUrl), { code: "ERR_INVALID_URL" }),
        ];
        for (const thrown of errors) {
            const error = toApiCallError("RunCommand", thrown);
            const everything = [
                error.message,
                error.stack,
                JSON.stringify(error),
                String(error.cause),
                error.toAppSnapshotError("i-1").message,
                error.toAppSnapshotError("i-1").stack,
            ].join("\n");
            expect(everything).not.to.match(/hunter2|LTAI|aliyuncs/);
            expect(error.code).to.equal(undefined);
            expect(error.retryClass).to.equal("again");
        }
        expect(toApiCallError("RunCommand", errors[0]).description).to.equal("the request timed out");
        expect(toApiCallError("RunCommand", errors[2]).description).to.equal(
            "the connection failed (ECONNREFUSED)",
        );
    });

    it("that is a fault of this package is not retried", () => {
        for (const thrown of [
            new TypeError("x is not a function"),
            new ReferenceError("x"),
            new RangeError("x"),
        ]) {
            expect(toApiCallError("RunCommand", thrown).retryClass).to.equal("never");
        }
    });

    it("is converted whatever it is, and only once", () => {
        for (const thrown of [undefined, null, "text", 42, {}, []]) {
            expect(toApiCallError("RunCommand", thrown)).to.include({ code: undefined, retryClass: "again" });
        }
        const error = new ApiCallError("RunCommand", "Code", "words", "never");
        expect(toApiCallError("Other", error)).to.equal(error);
    });
});

describe("a failed call as it is reported", () => {
    it("has the table's cause and remedy, the API's message and the request's id", () => {
        const error = toApiCallError("RunCommand", sdkError("ClientError", "Forbidden.RAM", 403));
        const reported = error.toAppSnapshotError("i-1");
        expect(reported.code).to.equal("Forbidden.RAM");
        expect(reported.instanceId).to.equal("i-1");
        expect(reported.message).to.include("the caller lacks a permission");
        expect(reported.message).to.include("RunCommand: The words.");
        expect(reported.message).to.include("request R-1");
    });

    it("says that the API can't be reached if there was no answer", () => {
        const reported = toApiCallError("RunCommand", new Error("socket hang up")).toAppSnapshotError();
        expect(reported.code).to.equal("ApiUnreachable");
    });
});
