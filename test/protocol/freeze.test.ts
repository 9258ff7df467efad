import { frozenFileSystem } from "../cases/freeze";
import { ProtocolStack } from "./support/protocol-stack";

frozenFileSystem("over the provider's protocol", "ext4", (emulator) => ProtocolStack.create(emulator));
