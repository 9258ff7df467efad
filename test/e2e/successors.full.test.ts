import { unfinishedSuccessors } from "../cases/successors";
import { withEngine } from "./support/engine";

unfinishedSuccessors("with the real engine", withEngine);
