// Writes a token that identifies this job of GitHub Actions to $ALIBABA_CLOUD_OIDC_TOKEN_FILE. It is valid only for a few
// minutes, so get it right before it is used.
import { writeFile } from "node:fs/promises";

const {
    ACTIONS_ID_TOKEN_REQUEST_URL: url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: key,
    ALIBABA_CLOUD_OIDC_TOKEN_FILE: file,
} = process.env;
if (url === undefined || key === undefined || file === undefined) {
    throw new Error("Give the job the permission `id-token: write`, and set ALIBABA_CLOUD_OIDC_TOKEN_FILE.");
}
const response = await fetch(`${url}&audience=sts.aliyuncs.com`, {
    headers: { authorization: `bearer ${key}` },
});
if (!response.ok) {
    throw new Error(`GitHub gave no token: status ${response.status}.`);
}
const { value } = await response.json();
await writeFile(file, value, { mode: 0o600 });
