import { createHash } from "node:crypto";
import { Vercel } from "@vercel/sdk";
import { expect, it } from "vitest";
import { openTestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { deploy, outputOf, settled } from "./test-output.ts";

it("lists the files of a deployment by their SHA-1, with what became of them next to that", async () => {
  const cloud = await openTestCloud("vercel", open);
  const vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin, timeoutMs: 60_000 });
  const { id } = await vercel.projects.createProject({ requestBody: { name: "web" } });
  // It is only listed: nothing is to start for an address of the project's.
  await vercel.projects.updateProject({ idOrName: id, requestBody: { autoAssignCustomDomains: false } });
  const built = await settled(vercel, await deploy(vercel, id, outputOf("export default () => undefined;")));
  const listed = await vercel.deployments.listDeploymentFiles({ id: built.id });
  expect(listed.map(({ name, type }) => `${type} ${name}`)).toEqual(["directory src", "directory out"]);
  const output = listed[0]?.children?.[0]?.children?.[0];
  const robots = output?.children?.find(({ name }) => name === "static")?.children?.[0];
  expect(robots).toMatchObject({
    ...{ name: "robots.txt", type: "file" },
    uid: createHash("sha1").update("User-agent: *\n").digest("hex"),
  });
  expect(listed[1]?.children).toMatchObject([{ name: "api", type: "lambda" }]);
  await expect(vercel.deployments.listDeploymentFiles({ id: "dpl_none" })).rejects.toMatchObject({
    statusCode: 404,
  });
  await cloud.close();
});
