import { secretFleets } from "../cases/fleet-secrets";

secretFleets();
