import { tags } from "../cases/tags";
import { withEngine } from "./support/engine";

tags("with the real engine", withEngine);
