import { fleets } from "../cases/fleet";
import { withEngine } from "./support/engine";

fleets("with the real engine", withEngine);
