import { failuresAfterTheGroup } from "../cases/after-the-group";
import { withEngine } from "./support/engine";

failuresAfterTheGroup("with the real engine", withEngine);
