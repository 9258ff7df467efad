import type { Services } from "../../../provider/src/cli/command/services";
import { runCommandLine } from "../../../provider/src/cli/command-line";

/**
 * Runs a command line that needs neither a cloud nor Pulumi.
 *
 * @param given what it needs besides its output.
 */
export async function runOffline(
    args: readonly string[],
    given: Partial<Pick<Services, "readInput" | "terminal">> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    let [out, err] = ["", ""];
    const unexpected = (): never => {
        throw new Error("The command line should need nothing else.");
    };
    const code = await runCommandLine(args, {
        environment: {},
        folder: "/",
        runPulumi: unexpected,
        connect: unexpected,
        print: (text) => (out += text),
        note: (text) => (err += text),
        terminal: { colours: false },
        readInput: unexpected,
        interruption: unexpected,
        confirm: undefined,
        ...given,
    });
    return { code, out, err };
}
