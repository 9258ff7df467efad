import { readdirSync } from "node:fs";

import { expect } from "chai";

import { until } from "../../support/until";
import { processesWithText } from "./processes";
import type { ScriptFolder } from "./scripts";

/** The folder in which scripts run, and their run directory. */
export interface RunPlace {
    readonly folder: ScriptFolder;
    readonly runDirectory: string;
}

/** Runs scripts and expects a certain end; each function returns the output of the script. */
export interface ExpectedRuns {
    readonly succeed: (text: string) => Promise<string>;
    /** Expects a failure with this reason that leaves neither a process nor a file. */
    readonly failWith: (text: string, reason: RegExp) => Promise<string>;
}

/**
 * @param place returns the place when a script runs; it does not exist before the tests begin.
 * @param clientsEnd tells whether the database's client ends with a failed script, or soon after it.
 */
export function expectedRuns(place: () => RunPlace, clientsEnd: "before" | "soon" = "soon"): ExpectedRuns {
    return {
        succeed: async (text) => {
            const { code, output } = await place().folder.run(text);
            expect(code, output).to.equal(0);
            return output;
        },
        failWith: async (text, reason) => {
            const { folder, runDirectory } = place();
            const { code, output } = await folder.run(text);
            expect(code, output).to.equal(1);
            expect(output, output).to.match(reason);
            if (clientsEnd === "soon") {
                await until(() => processesWithText(runDirectory).length === 0, "no process is left");
            }
            expect(processesWithText(runDirectory)).to.deep.equal([]);
            expect(readdirSync(runDirectory)).to.deep.equal([]);
            return output;
        },
    };
}
