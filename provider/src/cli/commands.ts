import type { Command } from "./command/command";
import { orphansCommand } from "./orphans/orphans";

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [orphansCommand];
