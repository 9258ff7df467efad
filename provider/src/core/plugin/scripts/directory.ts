import { scriptsRefused } from "../../../errors/exit-codes";

/** The directory for scripts. Only root can enter it: the agent restricts a file's mode only after writing it. */
export const scriptDirectory = "/var/lib/app-snapshot";

/** The suffix of files that are swept away once no run can need them. */
export const sweptSuffix = ".once";

/** The age at which they are swept away, in minutes: longer than the longest time limit of a command. */
export const sweptAfterMinutes = 25 * 60;

/** The output of `stat -c '%u %f'` for a directory that belongs to root and has mode 0700. */
export const rootOnlyDirectory = "0 41c0";

/**
 * Returns the command that creates the directory if necessary, checks that only root can enter it, and sweeps away
 * files of killed runs.
 *
 * @param directory another path, in tests.
 */
export function directoryCommand(directory = scriptDirectory): string {
    return `mkdir -p -m 0700 -- ${directory}
found=$(LC_ALL=C stat -c '%u %f' -- ${directory} 2>&1)
if [ "$found" != '${rootOnlyDirectory}' ]; then
    printf '%s\\n' '${directory} is not a directory of root with mode 0700, but (user id, mode):' "$found"
    exit ${scriptsRefused}
fi
find ${directory} -xdev -maxdepth 1 -type f -name '*${sweptSuffix}' -mmin +${sweptAfterMinutes} -delete
`;
}
