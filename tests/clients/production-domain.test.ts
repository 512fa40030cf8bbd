import { Vercel } from "@vercel/sdk";
import { afterEach, describe, expect, it } from "vitest";
import { openVercel } from "../../infra/vercel/client.ts";
import { promote } from "../../infra/vercel/promote.ts";
import { removeDomain } from "../../infra/vercel/project-domain.ts";
import type { Behaviour } from "../../sandbox/cloud/vercel/behaviour.ts";
import { openWith } from "../../sandbox/cloud/vercel/index.ts";
import { deploy, outputOf, settled } from "../../sandbox/cloud/vercel/test-output.ts";
import { freePort, openTestCloud } from "../../sandbox/cloud/test-context.ts";

/* Our promotion at the emulator, of a project under standard protection. */

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function production(behaviour: (domain: string) => Partial<Behaviour> = () => ({})) {
  const domain = `127.0.0.1:${String(await freePort())}`;
  const cloud = await openTestCloud("vercel", (context) => openWith(context, behaviour(domain)));
  closers.push(() => cloud.close());
  const official = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin, timeoutMs: 60_000 });
  const project = await official.projects.createProject({ requestBody: { name: "web" } });
  await official.projects.updateProject({
    idOrName: project.id,
    requestBody: {
      autoAssignCustomDomains: false,
      ssoProtection: { deploymentType: "all_except_custom_domains" },
    },
  });
  const release = async (text: string): Promise<string> => {
    const output = outputOf(`export default (request, response) => response.end("${text}");`);
    return (await settled(official, await deploy(official, project.id, output, "production"))).id;
  };
  const vercel = await openVercel({ baseUrl: cloud.origin, token: cloud.token });
  const place = { team: "team_atlaris", projectId: project.id, domain };
  return { official, vercel, place, release, url: `http://${domain}/` };
}

describe("a production domain that the project did not have", () => {
  it("is added, is open to visitors under standard protection, and follows each promotion", async () => {
    const { vercel, place, release, url } = await production();
    for (const text of ["first", "second"]) {
      await promote({ ...place, deploymentId: await release(text), waitSeconds: 30 }, vercel);
      const answer = await fetch(url);
      expect([answer.status, await answer.text()]).toEqual([200, text]);
    }
  });

  it("is removed from the project, also where it is gone", async () => {
    const { official, vercel, place, release } = await production();
    await promote({ ...place, deploymentId: await release("first"), waitSeconds: 30 }, vercel);
    await removeDomain(place, vercel);
    await removeDomain(place, vercel);
    await expect(
      official.projects.getProjectDomain({ idOrName: place.projectId, domain: place.domain }),
    ).rejects.toMatchObject({ statusCode: 404 });
  });

  it("is reported with its DNS record where another team uses it", async () => {
    const { vercel, place, release } = await production((domain) => ({ foreignDomains: [domain] }));
    const deploymentId = await release("first");
    await expect(promote({ ...place, deploymentId, waitSeconds: 30 }, vercel)).rejects.toThrow(
      /another Vercel team uses 127\.0\.0\.1:\d+, .*Add this DNS record, then run the command again: TXT _vercel\.\S+ vc-domain-verify=/,
    );
  });

  it("is refused where another project has it", async () => {
    const { official, vercel, place, release } = await production();
    const other = await official.projects.createProject({ requestBody: { name: "other" } });
    await official.projects.addProjectDomain({
      idOrName: other.id,
      requestBody: { name: place.domain },
    });
    const deploymentId = await release("first");
    await expect(promote({ ...place, deploymentId, waitSeconds: 30 }, vercel)).rejects.toMatchObject({
      statusCode: 409,
    });
  });
});
