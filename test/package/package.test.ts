import { foreignProgram } from "../cases/package";
import { surroundings } from "./foreign-program";

foreignProgram(surroundings.typescript);
