import { asAppSnapshotError } from "../cloud/ecs/as-app-snapshot-error";
import { type Command, exitCodes } from "./command/command";
import { CommandError, UsageError } from "./command/command-error";
import { nearest } from "./command/nearest";
import type { Services } from "./command/services";
import { commands } from "./commands";

/** Tells whether a command line asks for the version, regardless of other arguments. */
export function asksForVersion(args: readonly string[]): boolean {
    return args.includes("--version");
}

/** Runs the command line, and returns the exit code. */
export async function runCommandLine(args: readonly string[], services: Services): Promise<number> {
    const [name, ...rest] = args;
    const command = commands.find((candidate) => candidate.name === name);
    try {
        if (args.includes("--help")) {
            services.print(command?.usage ?? usage());
            return exitCodes.done;
        }
        if (command === undefined) {
            throw new UsageError(noSuchCommand(name));
        }
        return await command.run(rest, services);
    } catch (thrown) {
        const message =
            thrown instanceof CommandError ? thrown.message : asAppSnapshotError(thrown).shownMessage;
        services.note(`app-snapshot: ${message}\n`);
        if (thrown instanceof UsageError) {
            services.note(hint(command));
            return exitCodes.wrongUsage;
        }
        return exitCodes.failed;
    }
}

const synopsis = "Usage: app-snapshot COMMAND [options]";

function usage(): string {
    const widest = Math.max(...commands.map(({ name }) => name.length));
    const lines = commands.map(({ name, summary }) => `  ${name.padEnd(widest)}  ${summary}\n`);
    return `${synopsis}

Commands:

${lines.join("")}
\`app-snapshot COMMAND --help\` explains a command and its options, \`app-snapshot --version\` prints the version of this
package.
`;
}

function hint(command: Command | undefined): string {
    return command === undefined
        ? `${synopsis}\nRun it with --help for the commands.\n`
        : `${command.synopsis}\nRun it with --help for the options.\n`;
}

function noSuchCommand(name: string | undefined): string {
    const names = commands.map((command) => command.name);
    if (name === undefined || name.startsWith("-")) {
        return `the first argument must be a command: ${names.join(", ")}`;
    }
    const meant = nearest(name, names);
    return meant === undefined
        ? `there is no command ${JSON.stringify(name)}; the commands are: ${names.join(", ")}`
        : `there is no command ${JSON.stringify(name)}; did you mean ${meant}?`;
}
