import { foreignProgram, programOfALibrary } from "../cases/package";
import { surroundings } from "./foreign-program";

foreignProgram(surroundings.oldest);
foreignProgram(surroundings.newest);
foreignProgram(surroundings.bundled);
programOfALibrary(surroundings.ofALibrary);
