import type { Command } from "./command/command";
import { doctorCommand } from "./doctor/doctor";
import { explainCommand } from "./explain/explain";
import { orphansCommand } from "./orphans/orphans";

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [doctorCommand, explainCommand, orphansCommand];
