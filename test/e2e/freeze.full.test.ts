import { frozenFileSystem } from "../cases/freeze";
import { EngineStack } from "./support/stack";

for (const type of ["ext4", "xfs"] as const) {
    frozenFileSystem("with the real engine", type, (emulator) => EngineStack.create(emulator));
}
