import { scriptsRefused } from "../../../errors/exit-codes";

/**
 * Where scripts are delivered to. Only root can enter it: the agent writes a file before it narrows its rights, so
 * for a moment anybody who can enter could read the script.
 */
export const scriptDirectory = "/var/lib/app-snapshot";

/** How the names of files end that are swept away when nothing can need them any more. */
export const sweptSuffix = ".once";

/** Longer than the longest time limit of a command, in minutes. */
export const sweptAfterMinutes = 25 * 60;

/** As `stat -c '%u %f'` prints a directory of root's with mode 0700. */
const rootOnlyDirectory = "0 41c0";

/**
 * The command that makes the directory ready: it is there, and it is root's alone. Files that a killed run left in
 * it go.
 *
 * @param directory elsewhere only in a test.
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
