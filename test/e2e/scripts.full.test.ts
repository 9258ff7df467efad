import { deliveredScripts } from "../cases/scripts";
import { withEngine } from "./support/engine";

deliveredScripts("with the real engine", withEngine);
