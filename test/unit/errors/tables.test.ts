import { expect } from "chai";

import { apiErrorEntry, apiErrors, noAnswer } from "../../../provider/src/errors/api-errors";
import { deliveryErrorEntry, deliveryErrors } from "../../../provider/src/errors/delivery-errors";
import { doctorErrors } from "../../../provider/src/errors/doctor-errors";
import type { ErrorEntry } from "../../../provider/src/errors/error-entry";
import { exitCodeEntry, exitCodes } from "../../../provider/src/errors/exit-codes";
import { ownErrors } from "../../../provider/src/errors/own-errors";

function range(first: number, last: number): number[] {
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const tables: Readonly<Record<string, readonly ErrorEntry[]>> = {
    "exit codes": Object.values(exitCodes),
    "delivery errors": deliveryErrors,
    "API errors": [...apiErrors, noAnswer],
    "own errors": Object.values(ownErrors),
    "errors of doctor": Object.values(doctorErrors),
};

describe("the table of exit codes", () => {
    it("has every code of the plugin, its manager, the shell and the command around them, and no others", () => {
        expect(Object.keys(exitCodes).map(Number)).to.have.members([
            ...range(1, 16),
            255,
            ...range(232, 247),
            126,
            127,
            64,
        ]);
    });

    it("has a cautious entry for any other code", () => {
        for (const exitCode of [17, 63, 65, 99, 128, 137, 193, 231, 248, 3009, -1]) {
            expect(exitCodeEntry(exitCode)).to.include({ code: "CommandFailed", groupMayExist: true });
            expect(exitCodeEntry(exitCode)).not.to.have.property("retry");
        }
    });

    it("has neither remains nor a retry if the scripts were refused", () => {
        const entry = exitCodeEntry(64);
        expect(entry).to.include({ code: "ScriptsRefused", groupMayExist: false });
        expect(entry).not.to.have.property("retry");
        expect(entry.remedy).to.include("Nothing was frozen").and.to.include("linux.preScript");
    });

    it("says first that the application may be paused if the plugin may not have run the post-script", () => {
        for (const exitCode of [...range(4, 8), 10, 11]) {
            expect(exitCodeEntry(exitCode).remedy, String(exitCode)).to.match(
                /^First make sure that the application accepts writes: .*what the post-script does/,
            );
        }
    });

    it("never retries by itself if a group may exist", () => {
        for (const entry of Object.values(exitCodes)) {
            expect(entry.groupMayExist && entry.retry !== undefined, entry.code).to.equal(false);
        }
    });
});

describe("the tables of errors", () => {
    for (const [name, entries] of Object.entries(tables)) {
        it(`give each of the ${name} a code of its own`, () => {
            const codes = entries.map((entry) => entry.code);
            expect(codes).to.deep.equal([...new Set(codes)]);
        });

        it(`give each of the ${name} a cause that fits into a sentence, and a remedy in whole sentences`, () => {
            for (const { code, cause, remedy } of entries) {
                expect(code).to.match(/^[A-Z][A-Za-z0-9.]+$/);
                expect(cause, code).to.match(/^\S.{10,}[^.\s]$/);
                expect(remedy, code).to.match(/^["`A-Z].{10,}\.$/);
                expect(`${cause}${remedy}`, code).not.to.match(/undefined|\n| {2}/);
            }
        });
    }

    it("share a code only if it means the same: an instance that is not running", () => {
        const codes = Object.values(tables).flatMap((entries) => entries.map((entry) => entry.code));
        const shared = codes.filter((code, index) => codes.indexOf(code) !== index);
        expect(shared).to.deep.equal(["InstanceNotRunning"]);
    });
});

describe("the table of delivery errors", () => {
    it("has every error code that Cloud Assistant documents", () => {
        for (const errorCode of [
            "InstanceNotExists",
            "InstanceReleased",
            "InstanceNotRunning",
            "CommandNotApplicable",
            "AccountNotExists",
            "DirectoryNotExists",
            "BadCronExpression",
            "ClientNotRunning",
            "ClientNotResponse",
            "ClientIsUpgrading",
            "ClientNeedUpgrade",
            "ClientNetworkBlocked",
            "DeliveryTimeout",
            "ExecutionTimeout",
            "ExecutionException",
            "ExecutionInterrupted",
            "ExitCodeNonzero",
            "SecurityGroupRuleDenied",
        ]) {
            expect(deliveryErrorEntry(errorCode, "").code).to.equal(errorCode);
        }
    });
});

describe("the table of API errors", () => {
    const causeOf = (code: string): string => apiErrorEntry(code).cause;

    it("keeps the API's own code, also of a code it does not know", () => {
        expect(apiErrorEntry("InvalidAccessKeyId.NotFound").code).to.equal("InvalidAccessKeyId.NotFound");
        expect(apiErrorEntry("Something.New")).to.deep.equal({
            code: "Something.New",
            listedAs: "OtherApiError",
            cause: "the ECS API refused the request",
            remedy: "The API's own message says more.",
        });
    });

    it("matches a prefix only by whole parts of a code", () => {
        expect(causeOf("Forbidden.RAM")).to.equal("the caller lacks a permission");
        expect(causeOf("Forbidden")).to.equal("the caller lacks a permission");
        expect(causeOf("ForbiddenFruit")).to.equal("the ECS API refused the request");
        expect(causeOf("InvalidParameter.Name")).to.equal("the API refused a parameter");
    });

    it("knows throttling by any code that contains it", () => {
        for (const code of ["Throttling", "Throttling.User", "Throttling.Api", "Rejected.Throttling"]) {
            expect(causeOf(code)).to.include("too many requests");
        }
    });

    it("distinguishes a busy disk from an exhausted quota", () => {
        expect(causeOf("QuotaExceed.ConcurrentSnapshotQuota")).to.include("are being created");
        expect(causeOf("QuotaExceed.Snapshot")).to.equal("a quota is used up");
    });

    it("distinguishes a service that was never activated from one that is not available", () => {
        expect(causeOf("InvalidAccountStatus.SnapshotServiceUnavailable")).to.include("never activated");
        expect(causeOf("InvalidAccountStatus.NotEnoughBalance")).to.include("balance");
        expect(causeOf("InvalidAccountStatus.Anything")).to.include("state of the account");
        expect(causeOf("ServiceUnavailable")).to.equal("the API is not available");
    });

    it("explains held snapshots, commands that do not fit, and commands that are too long", () => {
        expect(causeOf("SnapshotCreatedImage")).to.include("an image");
        expect(causeOf("SnapshotCreatedDisk")).to.include("a disk");
        expect(causeOf("InvalidInstance.NotMatch")).to.include(
            "not running, or has another operating system",
        );
        expect(causeOf("CmdContent.ExceedLimit")).to.include("longer than");
        expect(causeOf("MissingParameter")).to.equal(causeOf("MissingParam.InstanceId"));
    });

    it("explains a forbidden operation both ways", () => {
        const { cause, remedy } = apiErrorEntry("Operation.Forbidden");
        expect(cause).to.include("lacks a permission, or").and.to.include("agent");
        expect(remedy).to.include("docs/requirements.md").and.to.include("agent is online");
    });

    it("explains a missing instance, whichever service reports it", () => {
        expect(causeOf("InvalidInstance.NotFound")).to.equal(causeOf("InvalidInstanceId.NotFound"));
    });
});
