import { secretCredentials, sources } from "../cases/secrets";

secretCredentials(sources.environment);
