import { expect } from "chai";

import { answeredCall, failedCall } from "../../../../provider/src/cloud/ecs/call-record";

const request = {
    operation: "RunCommand",
    region: "cn-hangzhou",
    parameters: { "InstanceId.1": "i-1", CommandContent: "aHVudGVyMg==" },
    sentAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    endedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 9),
};

describe("the record of a call", () => {
    it("has the answer as the API gave it, without contents at any depth", () => {
        const results = [{ Output: "aHVudGVyMg==", ExitCode: 0, Dropped: 0 }, { Output: "" }];
        const response = {
            statusCode: 200,
            headers: { date: "Fri, 02 Jan 2026 03:04:05 GMT", "set-cookie": "hunter2" },
            body: { RequestId: "R-1", Invocation: { InvocationResults: { InvocationResult: results } } },
        };
        const { parameters, body, ...rest } = answeredCall(request, response);
        expect(rest).to.deep.equal({
            ...{
                time: "2026-01-02T03:04:05.006Z",
                tookMs: 3,
                operation: "RunCommand",
                region: "cn-hangzhou",
            },
            ...{ status: 200, date: "Fri, 02 Jan 2026 03:04:05 GMT", requestId: "R-1" },
        });
        expect(parameters["InstanceId.1"]).to.equal("i-1");
        expect(parameters["CommandContent"]).to.match(/^\(12 characters, digest [0-9a-f]{16}\)$/);
        expect(body).to.deep.equal({
            RequestId: "R-1",
            Invocation: {
                InvocationResults: {
                    InvocationResult: [
                        // The same text has the same digest.
                        { Output: parameters["CommandContent"], ExitCode: 0, Dropped: 0 },
                        { Output: "" },
                    ],
                },
            },
        });
    });

    it("has no long text, whatever its name", () => {
        const { body } = answeredCall(request, { body: { New: "x".repeat(5_000), Ids: "i".repeat(2_500) } });
        expect(body)
            .to.have.property("New")
            .that.match(/^\(5000 characters/);
        expect(body).to.have.property("Ids").with.lengthOf(2_500);
    });

    it("has the API's refusal", () => {
        const thrown = {
            ...{ name: "ClientError", code: "Forbidden.RAM", statusCode: 403, requestId: "R-2" },
            data: { Message: "Not you; server string to sign is: hunter2" },
        };
        expect(failedCall(request, thrown)).to.deep.include({
            ...{ status: 403, code: "Forbidden.RAM", message: "Not you", requestId: "R-2" },
        });
    });

    it("tells that there was no answer, without the SDK's words, which have the URL", () => {
        const thrown = Object.assign(new Error("GET https://host/?Signature=hunter2"), {
            code: "ECONNRESET",
        });
        const record = failedCall(request, thrown);
        expect(record).to.include({ message: "the connection failed (ECONNRESET)" });
        expect(record).not.to.have.any.keys("status", "code", "body");
        expect(JSON.stringify(record)).not.to.match(/hunter2|aHVudGVyMg/);
    });
});
