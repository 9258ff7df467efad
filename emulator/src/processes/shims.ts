import { writeFileSync } from "node:fs";
import path from "node:path";

import { findOnPath } from "./find-on-path";

/** Connects to the emulator, shows the ticket and hands over the arguments. */
const call = `
shim_locale=\${LC_ALL+set}\${LC_ALL-}
LC_ALL=C
{ exec 3<>"/dev/tcp/127.0.0.1/$ACS_EMULATOR_SHIMS"; } 2>/dev/null || unreachable
field() {
    IFS= read -r -d '' "$1" <&3 || unreachable
}
words() {
    shim_words=()
    while [ "$shim_value" -gt 0 ]; do
        field shim_word
        shim_words+=("$shim_word")
        shim_value=$((shim_value - 1))
    done
}
printf '%s\\0' "$ACS_EMULATOR_SHIM_TICKET" "$shim_name" "$#" "$@" >&3
`;

/**
 * The shim of a program of the instance, on the path of its commands. Without an absolute path among its words it is this
 * machine's program, unless it is always the instance's. Otherwise it asks the emulator, and prints, runs, becomes and
 * ends as it is told.
 */
const program = `
shim_absolute=$shim_always
for shim_word do
    case $shim_word in
    /*) shim_absolute=yes; break ;;
    esac
done
if [ -z "$shim_absolute" ]; then
    exec -a "$shim_name" "$shim_here" "$@"
fi
unreachable() {
    echo "the emulator is not reachable" >&2
    exit 255
}
${call}
while field shim_order && field shim_value; do
    case $shim_order in
    output) printf %b "$shim_value" ;;
    error) printf %b "$shim_value" >&2 ;;
    exit) exit "$shim_value" ;;
    run)
        words
        (exec -a "$shim_name" "$shim_here" "\${shim_words[@]}" 3>&-)
        printf '%s\\0' "$?" >&3
        ;;
    become)
        words
        case $shim_locale in
        set*) LC_ALL=\${shim_locale#set} ;;
        *) unset LC_ALL ;;
        esac
        exec -a "$shim_name" "$shim_here" "\${shim_words[@]}" 3>&-
        ;;
    esac
done
`;

/**
 * The shim of `acs-plugin-manager`. As a real process it can be quoted wrongly, killed and outlived like the real one;
 * all decisions are the emulator's. The reader of its output may be gone (the shell was killed): it goes on regardless.
 */
const manager = `
unreachable() {
    echo "the emulator is not reachable"
    exit 255
}
trap '' PIPE
${call}
while field shim_order && field shim_value; do
    case $shim_order in
    output) printf %b "$shim_value" 2>/dev/null ;;
    error) printf %b "$shim_value" >&2 ;;
    exit) exit "$shim_value" ;;
    start)
        words
        # It may outlive this process, so it keeps nobody's output open.
        (
            for shim_word in "\${shim_words[@]}"; do
                case $shim_word in
                /*) exec "$shim_node" "$shim_word" ;;
                *) export "$shim_word" ;;
                esac
            done
        ) </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
        ;;
    esac
done
`;

/** Writes the shim of the plugin manager into a directory. Returns its path. */
export function writeManagerShim(directory: string): string {
    return write(directory, managerName, { node: process.execPath }, manager);
}

export const managerName = "acs-plugin-manager";

/**
 * Writes the shim of a program into a directory.
 *
 * @param always makes it the instance's with any words: this machine's program would see another world.
 */
export function writeProgramShim(directory: string, name: string, always = false): void {
    const here = findOnPath(name) ?? `/usr/bin/${name}`;
    write(directory, name, { here, always: always ? "yes" : "" }, program);
}

function write(
    directory: string,
    name: string,
    settings: Readonly<Record<string, string>>,
    script: string,
): string {
    const bash = findOnPath("bash") ?? "/bin/bash";
    // The names of the variables must be nobody else's: an exported one reaches the real program.
    const variables = Object.entries({ name, ...settings }).map(
        ([key, value]) => `shim_${key}='${value.replaceAll("'", `'\\''`)}'`,
    );
    const file = path.join(directory, name);
    writeFileSync(file, [`#!${bash}`, ...variables, script].join("\n"), { mode: 0o755 });
    return file;
}
