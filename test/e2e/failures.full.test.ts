import { failures } from "../cases/failures";
import { withEngine } from "./support/engine";

failures("with the real engine", withEngine);
