// The scenes that need file systems of their own, each in a process of its own; see support/run-inside.ts.
import { failures } from "./scenes/failures";
import { restore } from "./scenes/restore";
import type { Driver } from "./support/instance";
import type { FileSystemType } from "./support/loop-disk";

async function main([scene, ...args]: readonly string[]): Promise<unknown> {
    switch (scene) {
        case "restore":
            return restore(args[0] ?? "", args[1] as FileSystemType, args[2] === "with", args[3] as Driver);
        case "failures":
            return failures(args[0] as FileSystemType, args[1] as Driver);
        default:
            throw new Error(`there is no scene ${scene ?? ""}`);
    }
}

main(process.argv.slice(2)).then(
    (result) => {
        console.log(JSON.stringify(result));
        process.exit(0);
    },
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
