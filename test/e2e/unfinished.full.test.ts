import { unfinishedSnapshots } from "../cases/unfinished";
import { withEngine } from "./support/engine";

unfinishedSnapshots("with the real engine", withEngine);
