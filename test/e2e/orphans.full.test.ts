import { orphanSearch } from "../cases/orphans";
import { withEngine } from "./support/engine";

orphanSearch("with the real engine", withEngine);
