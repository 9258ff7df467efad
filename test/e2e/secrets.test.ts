import { secretCredentials, secretScripts, sources } from "../cases/secrets";

secretCredentials(sources.configuration);
secretScripts();
