import { foreignProgram, plugAndPlay, programOfALibrary } from "../cases/package";
import { workshopOfTests } from "./foreign-program";
import { setups } from "./setups";

describe("the package, installed from its tarball into a program outside the repository", () => {
    const workshop = workshopOfTests();

    foreignProgram(setups.oldest, workshop);
    foreignProgram(setups.commonJs, workshop);
    foreignProgram(setups.typeScriptEsModule, workshop);
    foreignProgram(setups.yarn, workshop);
    foreignProgram(setups.workspace, workshop);
    foreignProgram(setups.bundled, workshop);
    programOfALibrary(setups.ofALibrary, workshop);
    plugAndPlay(setups.plugAndPlay, workshop);
});
