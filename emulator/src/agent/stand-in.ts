import { accessSync, constants, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * What stands in for a program of the instance on the path of its commands. Without an absolute path among its words
 * it is this machine's program. Otherwise it asks the emulator, and prints, runs, becomes and ends as it is told.
 */
const script = `
standin_absolute=
for standin_word do
    case $standin_word in
    /*) standin_absolute=yes; break ;;
    esac
done
if [ -z "$standin_absolute" ]; then
    exec -a "$standin_name" "$standin_here" "$@"
fi
standin_locale=\${LC_ALL+set}\${LC_ALL-}
LC_ALL=C
unreachable() {
    echo "the emulator is not reachable" >&2
    exit 255
}
{ exec 3<>"/dev/tcp/127.0.0.1/$ACS_EMULATOR_PROGRAMS"; } 2>/dev/null || unreachable
field() {
    IFS= read -r -d '' "$1" <&3 || unreachable
}
printf '%s\\0' "$ACS_EMULATOR_PROGRAM_TICKET" "$standin_name" "$#" "$@" >&3
while field standin_order && field standin_value; do
    case $standin_order in
    output) printf %s "$standin_value" ;;
    error) printf %s "$standin_value" >&2 ;;
    exit) exit "$standin_value" ;;
    run | become)
        standin_words=()
        while [ "$standin_value" -gt 0 ]; do
            field standin_word
            standin_words+=("$standin_word")
            standin_value=$((standin_value - 1))
        done
        if [ "$standin_order" = become ]; then
            case $standin_locale in
            set*) LC_ALL=\${standin_locale#set} ;;
            *) unset LC_ALL ;;
            esac
            exec -a "$standin_name" "$standin_here" "\${standin_words[@]}" 3>&-
        fi
        (exec -a "$standin_name" "$standin_here" "\${standin_words[@]}" 3>&-)
        printf '%s\\0' "$?" >&3
        ;;
    esac
done
`;

/** Writes the stand-in for a program into a directory. */
export function writeStandIn(directory: string, name: string): void {
    const bash = onPath("bash") ?? "/bin/bash";
    const here = onPath(name) ?? `/usr/bin/${name}`;
    // The names of the variables must be nobody else's: an exported one reaches the real program.
    const head = `#!${bash}\nstandin_name=${name}\nstandin_here='${here.replaceAll("'", `'\\''`)}'`;
    writeFileSync(path.join(directory, name), head + script, { mode: 0o755 });
}

function onPath(program: string): string | undefined {
    const places = (process.env.PATH ?? "").split(path.delimiter).filter((place) => place !== "");
    return places.map((place) => path.join(place, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}
