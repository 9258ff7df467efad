import { orphanSearch } from "../cases/orphans";
import { overProtocol } from "./support/protocol";

orphanSearch("over the provider's protocol", overProtocol);
