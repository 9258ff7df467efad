import { newInstances } from "../cases/new-instance";
import { withEngine } from "./support/engine";

newInstances("with the real engine", withEngine);
