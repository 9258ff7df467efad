import { foreignProgram } from "../cases/package";
import { setups } from "./foreign-program";

foreignProgram(setups.typescript);
