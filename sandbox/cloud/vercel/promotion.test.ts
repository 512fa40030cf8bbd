import { Vercel } from "@vercel/sdk";
import { afterEach, expect, it } from "vitest";
import { openTestCloud } from "../test-context.ts";
import type { Behaviour } from "./behaviour.ts";
import { openWith } from "./index.ts";
import { deploy, outputOf, settled } from "./test-output.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A Vercel that behaves so, with a deployment that no domain points at. */
async function withDeployment(behaviour: Partial<Behaviour>, target?: "production") {
  const cloud = await openTestCloud("vercel", (context) => openWith(context, behaviour));
  closers.push(() => cloud.close());
  const vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin });
  const { id: projectId } = await vercel.projects.createProject({ requestBody: { name: "web" } });
  await vercel.projects.updateProject({
    idOrName: projectId,
    requestBody: { autoAssignCustomDomains: false },
  });
  const output = outputOf("export default (request, response) => response.end();");
  const { id } = await settled(vercel, await deploy(vercel, projectId, output, target));
  return { cloud, vercel, projectId, id };
}

it.each(["failed", "skipped"] as const)(
  "accepts a promotion that then is %s, and moves nothing",
  async (end) => {
    const { vercel, projectId, id } = await withDeployment({ promotion: end }, "production");
    await vercel.projects.requestPromote({ projectId, deploymentId: id });
    const { lastAliasRequest } = await vercel.projects.getProject({ idOrName: projectId });
    expect(lastAliasRequest).toMatchObject({ type: "promote", jobStatus: end, toDeploymentId: id });
    await expect(vercel.aliases.getAlias({ idOrAlias: "web.vercel.app" })).rejects.toMatchObject({
      statusCode: 404,
    });
  },
);

it("lists the promoted aliases as the vercel CLI reads them, with the deployment of each", async () => {
  const { cloud, vercel, projectId, id } = await withDeployment({}, "production");
  await vercel.projects.requestPromote({ projectId, deploymentId: id });
  const list = async (query: string): Promise<unknown> => {
    const answer = await fetch(`${cloud.origin}/v9/projects/${projectId}/promote/aliases${query}`, {
      headers: { authorization: `Bearer ${cloud.token}` },
    });
    return answer.json();
  };
  expect(await list("")).toMatchObject({
    aliases: expect.arrayContaining([
      expect.objectContaining({ alias: { alias: "web.vercel.app", deploymentId: id }, status: "completed" }),
    ]) as unknown,
  });
  expect(await list("?failedOnly=true")).toMatchObject({ aliases: [] });
});

it("rejects an alias that another account has", async () => {
  const { vercel, id } = await withDeployment({ takenNames: ["taken.vercel.app"] });
  const assign = (alias: string) => vercel.aliases.assignAlias({ id, requestBody: { alias } });
  await expect(assign("taken.vercel.app")).rejects.toMatchObject({
    statusCode: 403,
    body: expect.stringContaining("alias_in_use") as unknown,
  });
  await assign("free.vercel.app");
});
