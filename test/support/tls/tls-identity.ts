import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The certificate of the tests' servers, which nobody trusts unless NODE_EXTRA_CA_CERTS names this file. */
export const certificateFile = join(__dirname, "certificate.pem");

/** Returns that certificate with its key, for a server. */
export function tlsIdentity(): { readonly cert: Buffer; readonly key: Buffer } {
    return { cert: readFileSync(certificateFile), key: readFileSync(join(__dirname, "key.pem")) };
}
