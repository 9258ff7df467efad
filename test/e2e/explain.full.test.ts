import { explain } from "../cases/explain";
import { withEngine } from "./support/engine";

explain("with the real engine", withEngine);
