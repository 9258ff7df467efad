import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { Child } from "../processes/children";
import type { ShimHandler } from "../processes/shim-channel";
import { managerName } from "../processes/shims";
import type { Answer } from "../programs/table";

/** Asks an instance; undefined for a program that does more than look at its files. */
export type Ask = (program: string, args: readonly string[]) => Promise<Answer | undefined>;

/** A call of a program that looks at files. */
interface Question {
    readonly program: string;
    readonly arguments: readonly string[];
    readonly answer: Answer;
}

/** The shell's way through a command that looks at files and then calls the plugin manager once. */
export interface Sample {
    readonly questions: readonly Question[];
    readonly managerArguments: readonly string[];
    /** The output before that of the manager. */
    readonly before: Buffer;
    /** The output after that of the manager. */
    readonly after: Buffer;
    readonly exitCode: number;
}

/** The time in which the mark must arrive; otherwise the command is executed everywhere. */
const patienceMs = 2_000;

/**
 * Has the shell really run a command, with a manager that runs nothing, prints a mark and ends with an exit code.
 * Resolves to undefined if the command does anything that a sample must not do, or cannot show: it changes files, or
 * does not pass on the manager's output as it comes. Then it has been ended before any change of the instance.
 */
export async function takeSample(
    managerExitCode: number,
    ask: Ask,
    start: (handler: ShimHandler, onOutput: (chunk: Buffer) => void) => Child,
): Promise<Sample | undefined> {
    const mark = `sample-${randomBytes(16).toString("hex")}`;
    const questions: Question[] = [];
    let managerArguments: readonly string[] | undefined;
    let output = Buffer.alloc(0);
    let arrived: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => {
        arrived = resolve;
    });
    const refused = new AbortController();
    const refuse = () => {
        refused.abort();
        child.killTree();
        return 255;
    };
    const child = start(
        async (call) => {
            if (managerArguments !== undefined) {
                return refuse();
            }
            if (call.name === managerName) {
                managerArguments = call.arguments;
                call.print(mark);
                await Promise.race([arrival, sleep(patienceMs, undefined, { ref: false })]);
                return output.includes(mark) ? managerExitCode : refuse();
            }
            const answer = await ask(call.name, call.arguments);
            if (answer === undefined) {
                return refuse();
            }
            questions.push({ program: call.name, arguments: call.arguments, answer });
            call.print(answer.printed);
            call.complain(answer.complained);
            return answer.exitCode;
        },
        (chunk) => {
            output = Buffer.concat([output, chunk]);
            if (output.includes(mark)) {
                arrived();
            }
        },
    );
    const { exitCode } = await child.closed;
    const [before, after, ...more] = split(output, mark);
    return refused.signal.aborted || managerArguments === undefined || after === undefined || more.length > 0
        ? undefined
        : { questions, managerArguments, before: before ?? output, after, exitCode };
}

function split(output: Buffer, mark: string): Buffer[] {
    return output
        .toString("latin1")
        .split(mark)
        .map((part) => Buffer.from(part, "latin1"));
}
