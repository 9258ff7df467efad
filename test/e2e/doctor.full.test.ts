import { doctor } from "../cases/doctor";
import { withEngine } from "./support/engine";

doctor("with the real engine", withEngine);
