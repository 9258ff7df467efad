// Adds the text of a file, as a code block, to the merge request of this job of GitLab CI.
import { readFile } from "node:fs/promises";

const {
    CI_API_V4_URL: api,
    CI_PROJECT_ID: project,
    CI_MERGE_REQUEST_IID: request,
    COMMENT_TOKEN: key,
} = process.env;
const [, , file] = process.argv;
if (key === undefined || file === undefined) {
    throw new Error("Set the CI/CD variable COMMENT_TOKEN to a project access token with the scope `api`.");
}
// A fence that is longer than all others, so that the text can't end it.
const text = await readFile(file, "utf8");
const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
const fence = "`".repeat(longest + 1);
const response = await fetch(`${api}/projects/${project}/merge_requests/${request}/notes`, {
    method: "POST",
    headers: { "PRIVATE-TOKEN": key, "content-type": "application/json" },
    body: JSON.stringify({ body: `${fence}text\n${text.trimEnd()}\n${fence}\n` }),
});
if (!response.ok) {
    throw new Error(`GitLab did not take the comment: status ${response.status}.`);
}
