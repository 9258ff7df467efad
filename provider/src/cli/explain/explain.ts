import { type Command, exitCodes } from "../command/command";
import { CommandError } from "../command/command-error";
import type { Services } from "../command/services";
import { type ExplainArguments, parseArguments, synopsis, usage } from "./arguments";
import { explanationsIn } from "./codes-in-text";
import { explanations, lookUp } from "./look-up";
import { explanationsJson, explanationsText, listText } from "./report";

export const explainCommand: Command = {
    name: "explain",
    summary: "explains an error: what to do, and what is left on the instance and in the cloud",
    synopsis,
    usage,
    run: (args, services) => explain(parseArguments(args), services),
};

async function explain(args: ExplainArguments, services: Services): Promise<number> {
    const { codes, readsText, json } = args;
    const { print, terminal } = services;
    const isList = codes.length === 0 && !readsText;
    const wanted = isList
        ? explanations
        : readsText
          ? await fromInput(services)
          : [...new Set(codes.flatMap(lookUp))];
    if (json) {
        print(explanationsJson(wanted));
    } else {
        print(isList ? listText(wanted, terminal) : explanationsText(wanted, terminal));
    }
    return exitCodes.done;
}

async function fromInput({ readInput }: Services) {
    const found = explanationsIn(await readInput());
    if (found.length === 0) {
        throw new CommandError(
            "No error code of this package is in that text. Without a code, `app-snapshot explain` lists all of them.",
        );
    }
    return found;
}
