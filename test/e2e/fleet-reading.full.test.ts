import { fleetReading } from "../cases/fleet-reading";
import { withEngine } from "./support/engine";

fleetReading("with the real engine", withEngine);
