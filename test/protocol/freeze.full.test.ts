import { frozenFileSystem } from "../cases/freeze";
import { ProtocolStack } from "./support/protocol-stack";

frozenFileSystem("over the provider's protocol", "xfs", (emulator) => ProtocolStack.create(emulator));
