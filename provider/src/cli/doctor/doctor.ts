import { type Command, exitCodes } from "../command/command";
import type { Services } from "../command/services";
import { type DoctorArguments, parseArguments, synopsis, usage } from "./arguments";
import { countOf } from "./check";
import { examination } from "./examination";
import { allChecks, type Report, reportJson, reportText } from "./report";

const problemsFound = 3;

export const doctorCommand: Command = {
    name: "doctor",
    summary: "checks whether snapshots of instances can be taken, with a remedy for each problem",
    synopsis,
    usage,
    run: (args, services) => doctor(parseArguments(args), services),
};

async function doctor(args: DoctorArguments, services: Services): Promise<number> {
    const { report, missing } = await examination(args, services);
    services.print(args.json ? reportJson(report) : reportText(report, services.terminal));
    for (const reason of missing) {
        services.note(`app-snapshot: ${reason}\n`);
    }
    return exitCodeOf(report, missing.length > 0);
}

function exitCodeOf(report: Report, failed: boolean): number {
    if (countOf(report.connection, "problem") > 0) {
        return exitCodes.failed;
    }
    if (countOf(allChecks(report), "problem") > 0) {
        return problemsFound;
    }
    return failed ? exitCodes.failed : exitCodes.done;
}
