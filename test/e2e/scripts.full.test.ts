import { scriptDelivery } from "../cases/scripts";
import { withEngine } from "./support/engine";

scriptDelivery("with the real engine", withEngine);
