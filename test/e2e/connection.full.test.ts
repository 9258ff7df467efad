import { connectionSettings } from "../cases/connection";
import { withEngine } from "./support/engine";

connectionSettings("with the real engine", withEngine);
