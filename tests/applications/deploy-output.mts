import { join } from "node:path";
import { openVercel } from "../../infra/vercel/client.ts";
import { filesOfOutput } from "../../infra/vercel/output-files.ts";

/**
 * Deploys the output of the folder that it runs in, as a rollout does, and prints the deployment's id:
 * VERCEL_API_URL, VERCEL_API_TOKEN, VERCEL_ORG_ID, VERCEL_PROJECT_ID. Apart from the test, which starts the emulator.
 */
const given = (name: string): string => process.env[name] ?? "";
const [teamId, project] = [given("VERCEL_ORG_ID"), given("VERCEL_PROJECT_ID")];
const client = await openVercel({ token: given("VERCEL_API_TOKEN"), baseUrl: given("VERCEL_API_URL") });
const files = await filesOfOutput(join(process.cwd(), ".vercel", "output"), process.cwd());
for (const { sha, size, content } of files)
  await client.uploadFile({ teamId, xVercelDigest: sha, contentLength: size, requestBody: content });
const created = await client.createDeployment({
  ...{ teamId, name: "catalogue", project, meta: {} },
  files: files.map(({ content: _content, ...file }) => file),
});
process.stdout.write(`${created.id}\n`);
