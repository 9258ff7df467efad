import { type RunPulumi, succeed } from "../command/pulumi";
import { parseState, type StackState } from "./stack-state";

/** Reads the stack's state. */
export async function readState(run: RunPulumi, stackName: string): Promise<StackState> {
    return parseState(await succeed(run, ["stack", "export", "--stack", stackName]));
}

/** Reads the stack's full name, ORG/PROJECT/NAME, or only its name if the backend has no organizations. */
export async function readFullName(run: RunPulumi, stackName: string): Promise<string> {
    const args = ["stack", "--show-name", "--fully-qualify-stack-names", "--stack", stackName];
    return (await succeed(run, args)).trim();
}
