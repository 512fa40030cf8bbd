import { Vercel } from "@vercel/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestCloud } from "../test-context.ts";
import { freePort, openTestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { deploy, outputOf, settled } from "./test-output.ts";

let cloud: TestCloud;
let vercel: Vercel;
let projectId: string;

beforeAll(async () => {
  cloud = await openTestCloud("vercel", open);
  vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin, timeoutMs: 60_000 });
  projectId = (await vercel.projects.createProject({ requestBody: { name: "guarded" } })).id;
});
afterAll(() => cloud.close());

const changeBypass = (requestBody: object) =>
  vercel.projects.updateProjectProtectionBypass({ idOrName: projectId, requestBody });

it("asks for a login at deployments and manual aliases, which the bypass secret passes", async () => {
  await vercel.projects.updateProject({
    idOrName: projectId,
    requestBody: { ssoProtection: { deploymentType: "all_except_custom_domains" } },
  });
  const [secret = ""] = Object.keys((await changeBypass({ generate: {} })).protectionBypass ?? {});
  const output = outputOf("export default (request, response) => response.end();");
  const deployment = await settled(vercel, await deploy(vercel, projectId, output));
  const alias = `127.0.0.1:${await freePort()}`;
  await vercel.aliases.assignAlias({ id: deployment.id, requestBody: { alias } });

  expect((await fetch(`http://${deployment.url}/`)).status).toBe(401);
  const headers = { "x-vercel-protection-bypass": secret };
  expect((await fetch(`http://${deployment.url}/`, { headers })).status).toBe(200);
  // An alias that was assigned manually is none of the project's own domains.
  expect((await fetch(`http://${alias}/`)).status).toBe(401);
  await changeBypass({ revoke: { secret, regenerate: false } });
});

it("revokes the default bypass secret after another one became it, or as the last one", async () => {
  const [first, second] = ["1".repeat(32), "2".repeat(32)];
  const revoke = (secret: string) => changeBypass({ revoke: { secret, regenerate: false } });
  await changeBypass({ generate: { secret: first } });
  await changeBypass({ generate: { secret: second } });
  await expect(revoke(first)).rejects.toMatchObject({ statusCode: 400 });
  await changeBypass({ update: { secret: second, isEnvVar: true } });
  await revoke(first);
  await revoke(second);
  expect((await vercel.projects.getProject({ idOrName: projectId })).protectionBypass).toEqual({});
});
