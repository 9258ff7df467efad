import { concurrentFleets } from "../cases/fleet-concurrency";
import { withEngine } from "./support/engine";

concurrentFleets("with the real engine", withEngine);
