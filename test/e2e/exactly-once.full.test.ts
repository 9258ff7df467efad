import { exactlyOnce } from "../cases/exactly-once";
import { withEngine } from "./support/engine";

exactlyOnce("with the real engine", withEngine);
