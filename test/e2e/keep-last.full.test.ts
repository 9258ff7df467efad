import { keepLast } from "../cases/keep-last";
import { withEngine } from "./support/engine";

keepLast("with the real engine", withEngine);
