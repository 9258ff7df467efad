import { foreignGroups } from "../cases/foreign-group";
import { withEngine } from "./support/engine";

foreignGroups("with the real engine", withEngine);
