import { foreignProgram, programOfALibrary } from "../cases/package";
import { setups } from "./foreign-program";

foreignProgram(setups.oldest);
foreignProgram(setups.newest);
foreignProgram(setups.bundled);
programOfALibrary(setups.ofALibrary);
