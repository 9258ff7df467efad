import { reading } from "../cases/reading";
import { withEngine } from "./support/engine";

reading("with the real engine", withEngine);
