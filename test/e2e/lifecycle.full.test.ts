import { lifecycle } from "../cases/lifecycle";
import { withEngine } from "./support/engine";

lifecycle("with the real engine", withEngine);
