import { interruptedFleets } from "../cases/fleet-interruption";
import { withEngine } from "./support/engine";

interruptedFleets("with the real engine", withEngine);
