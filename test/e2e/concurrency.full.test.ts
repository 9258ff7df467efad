import { concurrentSnapshots } from "../cases/concurrency";
import { withEngine } from "./support/engine";

concurrentSnapshots("with the real engine", withEngine);
