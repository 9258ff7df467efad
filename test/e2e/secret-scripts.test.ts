import { scriptsOfAllWays } from "../cases/secrets";

scriptsOfAllWays();
