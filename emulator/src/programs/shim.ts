import { writeFileSync } from "node:fs";
import path from "node:path";

import { findOnPath } from "../processes/find-on-path";

/**
 * The shim of a program of the instance, on the path of its commands. Without an absolute path among its words it is this
 * machine's program. Otherwise it asks the emulator, and prints, runs, becomes and ends as it is told.
 */
const script = `
shim_absolute=
for shim_word do
    case $shim_word in
    /*) shim_absolute=yes; break ;;
    esac
done
if [ -z "$shim_absolute" ]; then
    exec -a "$shim_name" "$shim_here" "$@"
fi
shim_locale=\${LC_ALL+set}\${LC_ALL-}
LC_ALL=C
unreachable() {
    echo "the emulator is not reachable" >&2
    exit 255
}
{ exec 3<>"/dev/tcp/127.0.0.1/$ACS_EMULATOR_PROGRAMS"; } 2>/dev/null || unreachable
field() {
    IFS= read -r -d '' "$1" <&3 || unreachable
}
printf '%s\\0' "$ACS_EMULATOR_PROGRAM_TICKET" "$shim_name" "$#" "$@" >&3
while field shim_order && field shim_value; do
    case $shim_order in
    output) printf %s "$shim_value" ;;
    error) printf %s "$shim_value" >&2 ;;
    exit) exit "$shim_value" ;;
    run | become)
        shim_words=()
        while [ "$shim_value" -gt 0 ]; do
            field shim_word
            shim_words+=("$shim_word")
            shim_value=$((shim_value - 1))
        done
        if [ "$shim_order" = become ]; then
            case $shim_locale in
            set*) LC_ALL=\${shim_locale#set} ;;
            *) unset LC_ALL ;;
            esac
            exec -a "$shim_name" "$shim_here" "\${shim_words[@]}" 3>&-
        fi
        (exec -a "$shim_name" "$shim_here" "\${shim_words[@]}" 3>&-)
        printf '%s\\0' "$?" >&3
        ;;
    esac
done
`;

/** Writes the shim of a program into a directory. */
export function writeShim(directory: string, name: string): void {
    const bash = findOnPath("bash") ?? "/bin/bash";
    const here = findOnPath(name) ?? `/usr/bin/${name}`;
    // The names of the variables must be nobody else's: an exported one reaches the real program.
    const head = `#!${bash}\nshim_name=${name}\nshim_here='${here.replaceAll("'", `'\\''`)}'`;
    writeFileSync(path.join(directory, name), head + script, { mode: 0o755 });
}
