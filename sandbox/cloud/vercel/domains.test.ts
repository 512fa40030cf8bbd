import { Vercel } from "@vercel/sdk";
import { afterEach, describe, expect, it } from "vitest";
import { freePort, openTestCloud } from "../test-context.ts";
import type { Behaviour } from "./behaviour.ts";
import { openWith } from "./index.ts";
import { deploy, outputOf, settled } from "./test-output.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A project under standard protection, whose production deployments take no domain automatically. */
async function projectAnd(behaviour: (domain: string) => Partial<Behaviour> = () => ({})) {
  const domain = `127.0.0.1:${String(await freePort())}`;
  const cloud = await openTestCloud("vercel", (context) => openWith(context, behaviour(domain)));
  closers.push(() => cloud.close());
  const vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin, timeoutMs: 60_000 });
  const { id: idOrName } = await vercel.projects.createProject({ requestBody: { name: "web" } });
  await vercel.projects.updateProject({
    idOrName,
    requestBody: {
      autoAssignCustomDomains: false,
      ssoProtection: { deploymentType: "all_except_custom_domains" },
    },
  });
  const release = async (text: string): Promise<string> => {
    const output = outputOf(`export default (request, response) => response.end("${text}");`);
    return (await settled(vercel, await deploy(vercel, idOrName, output, "production"))).id;
  };
  const add = (name = domain) => vercel.projects.addProjectDomain({ idOrName, requestBody: { name } });
  const visit = async (): Promise<unknown> => {
    const answer = await fetch(`http://${domain}/`);
    return [answer.status, await answer.text()];
  };
  return { vercel, idOrName, domain, release, add, visit };
}

describe("a domain of a project", () => {
  it("is open to visitors under standard protection, and follows each promotion", async () => {
    const { vercel, idOrName, domain, release, add, visit } = await projectAnd();
    expect(await add()).toMatchObject({ name: domain, projectId: idOrName, verified: true });
    for (const text of ["first", "second"]) {
      await vercel.projects.requestPromote({ projectId: idOrName, deploymentId: await release(text) });
      expect(await visit()).toEqual([200, text]);
    }
  });

  it("opens an alias that was assigned before, of the production deployment", async () => {
    const { vercel, idOrName, domain, release, add, visit } = await projectAnd();
    const deploymentId = await release("first");
    await vercel.projects.requestPromote({ projectId: idOrName, deploymentId });
    await vercel.aliases.assignAlias({ id: deploymentId, requestBody: { alias: domain } });
    expect(await visit()).toMatchObject([401, expect.anything()]);
    await add();
    expect(await visit()).toEqual([200, "first"]);
  });

  it("is added once, and to one project", async () => {
    const { vercel, add } = await projectAnd();
    await add("web.example");
    await expect(add("web.example")).rejects.toMatchObject({ statusCode: 400 });
    const { id } = await vercel.projects.createProject({ requestBody: { name: "other" } });
    await expect(
      vercel.projects.addProjectDomain({ idOrName: id, requestBody: { name: "web.example" } }),
    ).rejects.toMatchObject({ statusCode: 409 });
  });

  it("points at nothing until it is verified, where another team uses it", async () => {
    const { vercel, idOrName, domain, release, add } = await projectAnd((domain) => ({
      foreignDomains: [domain],
    }));
    await vercel.projects.requestPromote({ projectId: idOrName, deploymentId: await release("first") });
    expect(await add()).toMatchObject({
      verified: false,
      verification: [{ type: "TXT", value: expect.stringContaining("vc-domain-verify=") as unknown }],
    });
    await expect(vercel.projects.verifyProjectDomain({ idOrName, domain })).rejects.toMatchObject({
      statusCode: 400,
    });
    await expect(vercel.aliases.getAlias({ idOrAlias: domain })).rejects.toMatchObject({ statusCode: 404 });
  });

  it("is removed with what it points at", async () => {
    const { vercel, idOrName, domain, release, add } = await projectAnd();
    await add();
    await vercel.projects.requestPromote({ projectId: idOrName, deploymentId: await release("first") });
    await vercel.projects.removeProjectDomain({ idOrName, domain, requestBody: {} });
    await expect(vercel.projects.getProjectDomain({ idOrName, domain })).rejects.toMatchObject({
      statusCode: 404,
    });
    await expect(vercel.aliases.getAlias({ idOrAlias: domain })).rejects.toMatchObject({ statusCode: 404 });
    const { domains } = await vercel.projects.getProjectDomains({ idOrName });
    expect(domains.map(({ name }) => name)).toEqual(["web.vercel.app"]);
  });
});
