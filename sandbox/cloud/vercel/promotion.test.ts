import { Vercel } from "@vercel/sdk";
import { expect, it } from "vitest";
import { openTestCloud } from "../test-context.ts";
import { openWith } from "./index.ts";
import { deploy, outputOf, settled } from "./test-output.ts";

it.each(["failed", "skipped"] as const)(
  "accepts a promotion that is %s then, and moves nothing",
  async (end) => {
    const cloud = await openTestCloud("vercel", (context) => openWith(context, { promotion: end }));
    try {
      const vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin });
      const { id: projectId } = await vercel.projects.createProject({ requestBody: { name: "web" } });
      await vercel.projects.updateProject({
        idOrName: projectId,
        requestBody: { autoAssignCustomDomains: false },
      });
      const output = outputOf("export default (request, response) => response.end();");
      const { id } = await settled(vercel, await deploy(vercel, projectId, output, "production"));
      await vercel.projects.requestPromote({ projectId, deploymentId: id });
      const { lastAliasRequest } = await vercel.projects.getProject({ idOrName: projectId });
      expect(lastAliasRequest).toMatchObject({ type: "promote", jobStatus: end, toDeploymentId: id });
      await expect(vercel.aliases.getAlias({ idOrAlias: "web.vercel.app" })).rejects.toMatchObject({
        statusCode: 404,
      });
    } finally {
      await cloud.close();
    }
  },
);

it("refuses an alias that another account has", async () => {
  const takenNames = ["taken.vercel.app"];
  const cloud = await openTestCloud("vercel", (context) => openWith(context, { takenNames }));
  try {
    const vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin });
    const { id: projectId } = await vercel.projects.createProject({ requestBody: { name: "web" } });
    await vercel.projects.updateProject({
      idOrName: projectId,
      requestBody: { autoAssignCustomDomains: false },
    });
    const output = outputOf("export default (request, response) => response.end();");
    const { id } = await settled(vercel, await deploy(vercel, projectId, output));
    const assign = (alias: string) => vercel.aliases.assignAlias({ id, requestBody: { alias } });
    await expect(assign("taken.vercel.app")).rejects.toMatchObject({
      statusCode: 403,
      body: expect.stringContaining("alias_in_use") as unknown,
    });
    await assign("free.vercel.app");
  } finally {
    await cloud.close();
  }
});
