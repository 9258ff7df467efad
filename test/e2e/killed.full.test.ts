import { killedUpdates } from "../cases/killed";
import { withEngine } from "./support/engine";

killedUpdates("with the real engine", withEngine);
