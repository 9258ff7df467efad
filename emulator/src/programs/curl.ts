import { needOperands, readOptions } from "./options";
import { type HttpAnswer, type ProgramHost, ProgramUsageError } from "./program";

const options = {
    "-H": { name: "header", takesValue: true },
    "-X": { name: "method", takesValue: true },
    "-m": { name: "seconds", takesValue: true },
    "-o": { name: "output", takesValue: true },
    "-s": { name: "silent", takesValue: false },
    "-w": { name: "format", takesValue: true },
} as const;

const statusFormat = "%{http_code}\\n";

/** The exit codes of curl for requests without an answer. */
const failureCodes = { "no such host": 6, "no answer": 28 } as const;

/** `curl -s` with one URL. */
export function curl(args: readonly string[], host: ProgramHost): Promise<number> {
    const read = readOptions("curl", args, options);
    const { values } = read;
    const [url = "", ...others] = needOperands("curl", read);
    if (others.length > 0 || !values.has("silent") || read.words.filter((word) => word === "-H").length > 1) {
        throw new ProgramUsageError(
            "curl: only one URL, at most one header, and -s are modelled by the emulator\n",
        );
    }
    if (
        (values.get("output") ?? "/dev/null") !== "/dev/null" ||
        (values.get("format") ?? statusFormat) !== statusFormat
    ) {
        throw new ProgramUsageError(
            `curl: only -o /dev/null and -w '${statusFormat}' are modelled by the emulator\n`,
        );
    }
    const answer = host.request({
        method: values.get("method") ?? "GET",
        url: new URL(url),
        headers: headersOf(values.get("header")),
    });
    if (!values.has("output")) {
        host.print("body" in answer ? answer.body : "");
    }
    if (values.has("format")) {
        host.print(`${statusOf(answer)}\n`);
    }
    return Promise.resolve("failure" in answer ? failureCodes[answer.failure] : 0);
}

function statusOf(answer: HttpAnswer): string {
    return "status" in answer ? String(answer.status) : "000";
}

/** A header without a value is not sent. */
function headersOf(header: string | undefined): ReadonlyMap<string, string> {
    const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(header ?? "") ?? [];
    return new Map(value === "" ? [] : [[name.toLowerCase(), value]]);
}
