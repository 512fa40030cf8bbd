import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Vercel } from "@vercel/sdk";
import { afterAll, expect, it } from "vitest";
import type { TestCloud } from "../test-context.ts";
import { freePort, newPlace, openTestCloud, openTestCloudAt } from "../test-context.ts";
import { startCloudProcess } from "../test-process.ts";
import { open } from "./index.ts";
import type { VercelState } from "./state.ts";
import { deploy, outputOf, settled } from "./test-output.ts";

const handler = "export default (request, response) => response.end(String(process.pid));";
let cloud: TestCloud | undefined;
afterAll(() => cloud?.close());

it("has everything that it acknowledged after a kill -9, on the same ports, and leaves no process behind", async () => {
  const place = await newPlace("vercel");
  const kill = await startCloudProcess("vercel", place);
  const vercel = new Vercel({
    bearerToken: place.token,
    serverURL: `http://127.0.0.1:${place.port}`,
    timeoutMs: 60_000,
  });
  const { id: project } = await vercel.projects.createProject({ requestBody: { name: "web" } });
  await vercel.projects.updateProject({ idOrName: project, requestBody: { ssoProtection: null } });
  const live = await settled(vercel, await deploy(vercel, project, outputOf(handler)));
  const alias = `127.0.0.1:${await freePort()}`;
  await vercel.aliases.assignAlias({ id: live.id, requestBody: { alias } });
  const pid = Number(await (await fetch(`http://${alias}/`)).text());
  const slow = outputOf(`await new Promise((resolve) => setTimeout(resolve, 500));\n${handler}`);
  const building = await deploy(vercel, project, slow);

  await kill();
  cloud = await openTestCloudAt("vercel", open, place);
  const answer = await fetch(`http://${alias}/`);
  expect(answer.status).toBe(200);
  expect(Number(await answer.text())).not.toBe(pid);
  expect((await settled(vercel, building)).readyState).toBe("READY");
  await expect.poll(() => isRunning(pid), { timeout: 60_000 }).toBe(false);
});

it("assigns after a kill what was ready and not assigned yet", async () => {
  const before = await openTestCloud("vercel", open);
  const vercel = new Vercel({ bearerToken: before.token, serverURL: before.origin, timeoutMs: 60_000 });
  const { id: project } = await vercel.projects.createProject({ requestBody: { name: "web" } });
  const live = await settled(vercel, await deploy(vercel, project, outputOf(handler)));
  const file = join(before.context.dataFolder, "state.json");
  const aliasOf = async (): Promise<string | undefined> =>
    (await vercel.aliases.getAlias({ idOrAlias: "web.vercel.app" })).deploymentId ?? undefined;
  await expect.poll(aliasOf).toBe(live.id);

  // What is on disk when the kill comes between the two.
  const state = JSON.parse(await readFile(file, "utf8")) as VercelState;
  for (const uid of Object.keys(state.aliases)) Reflect.deleteProperty(state.aliases, uid);
  Object.assign(state.deployments[live.id] ?? {}, { isToBeAssigned: true });
  await writeFile(file, JSON.stringify(state));
  const after = await before.reopen();
  try {
    expect(await aliasOf()).toBe(live.id);
  } finally {
    await after.close();
  }
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
