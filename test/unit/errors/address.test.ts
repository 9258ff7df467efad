import { expect } from "chai";

import { addressOf, anchorOf, whereToRead } from "../../../provider/src/errors/address";
import { apiErrorEntry } from "../../../provider/src/errors/api-errors";
import { AppSnapshotError, combine } from "../../../provider/src/errors/app-snapshot-error";
import { exitCodeEntry } from "../../../provider/src/errors/exit-codes";
import { ownErrors } from "../../../provider/src/errors/own-errors";

function lastLine({ shownMessage }: AppSnapshotError): string | undefined {
    return shownMessage.split("\n").at(-1);
}

describe("the address of an error", () => {
    it("is its code in small letters, with hyphens at dots and between words", () => {
        expect(anchorOf("PluginThawFailed")).to.equal("plugin-thaw-failed");
        expect(anchorOf("InvalidSnapshotGroup.NotFound")).to.equal("invalid-snapshot-group-not-found");
        expect(anchorOf("Forbidden.RAM")).to.equal("forbidden-ram");
        expect(addressOf("Degraded")).to.equal("docs/errors.md#degraded");
    });

    it("is in the last line of what people see, beside the command that explains it", () => {
        const error = new AppSnapshotError(exitCodeEntry(12), { resources: { invokeId: "t-1" } });
        expect(error.shownMessage).to.equal(
            `${error.message}\nMore: npx app-snapshot explain PluginThawFailed, or docs/errors.md#plugin-thaw-failed in this package.`,
        );
    });

    it("is that of the entry for a code that only begins like it, or that the table does not have", () => {
        expect(lastLine(new AppSnapshotError(apiErrorEntry("Forbidden.RAM")))).to.equal(
            whereToRead(["Forbidden"]),
        );
        expect(lastLine(new AppSnapshotError(apiErrorEntry("Something.New")))).to.equal(
            whereToRead(["OtherApiError"]),
        );
    });

    it("is there once for each code of an error about several problems", () => {
        const agent = new AppSnapshotError(ownErrors.AgentOffline);
        const disk = new AppSnapshotError(ownErrors.NoEssdDisk);
        const error = combine([agent, disk, agent]);
        expect(lastLine(error)).to.equal(
            "More: npx app-snapshot explain AgentOffline NoEssdDisk, or docs/errors.md#agent-offline, #no-essd-disk in this package.",
        );
        expect(error.shownMessage.match(/^ *More: /gm)).to.have.length(1);
        expect(lastLine(error.with({ resources: { invokeId: "t-1" } }))).to.equal(lastLine(error));
    });

    it("is there once for codes that share it", () => {
        expect(whereToRead(["OperationConflict", "Operation.Conflict"])).to.match(
            /OperationConflict Operation\.Conflict, or docs\/errors\.md#operation-conflict in/,
        );
    });
});
