import { rollingFleets } from "../cases/fleet-rolling";
import { withEngine } from "./support/engine";

rollingFleets("with the real engine", withEngine);
