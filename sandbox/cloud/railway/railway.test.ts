import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { builtImage } from "../fly/test-image.ts";
import { open as openFly } from "../fly/index.ts";
import { newPlace, openTestCloud, openTestCloudAt, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";

/** Answers /health from the file's folder, and names its version; ends with status 3 where it has none. */
const program = (version: string): string =>
  [
    "FROM node:22-slim",
    "WORKDIR /srv",
    "COPY file.txt ./",
    `ENV VERSION=${version}`,
    `CMD ["node", "-e", "if (!process.env.PORT) process.exit(3); process.on('SIGTERM', () => { console.log('drained'); process.exit(0) }); require('http').createServer((q, s) => { s.statusCode = process.env.SICK ? 503 : 200; s.end(process.env.VERSION) }).listen(process.env.PORT, '127.0.0.1')"]`,
  ].join("\n");

let fly: TestCloud;
let railway: TestCloud;
const [projectId, environmentId] = ["p-11111111", "e-22222222"];
const images: Record<string, string> = {};

beforeAll(async () => {
  const place = await newPlace("fly");
  fly = await openTestCloudAt("fly", openFly, place);
  for (const app of ["one", "two"]) {
    await fetch(`${fly.origin}/v1/apps`, {
      method: "POST",
      headers: { authorization: `Bearer ${fly.token}` },
      body: JSON.stringify({ name: app, org_slug: "personal" }),
    });
    images[app] = await vi.waitFor(() => builtImage(place, app, { dockerfile: program(app) }), {
      timeout: 60_000,
    });
  }
  railway = await openTestCloud("railway", (context) => open({ ...context, registry: fly.origin }));
}, 120_000);
afterAll(async () => {
  await railway.close();
  await fly.close();
});

interface Answer {
  readonly data?: Readonly<Record<string, never>> | null;
  readonly errors?: readonly { readonly message: string }[];
}

async function ask(query: string, variables: object = {}, token = railway.token): Promise<Answer> {
  const answer = await fetch(`${railway.origin}/graphql/v2`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return (await answer.json()) as Answer;
}

async function done<Value>(query: string, variables: object): Promise<Value> {
  const { data, errors } = await ask(query, variables);
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0] as Value;
}

const newService = async (name: string): Promise<string> =>
  (
    await done<{ id: string }>(
      "mutation ($input: ServiceCreateInput!) { serviceCreate(input: $input) { id } }",
      {
        input: { projectId, name },
      },
    )
  ).id;

const update = (serviceId: string, input: object): Promise<boolean> =>
  done(
    "mutation ($e: String!, $s: String!, $input: ServiceInstanceUpdateInput!) { serviceInstanceUpdate(environmentId: $e, serviceId: $s, input: $input) }",
    { e: environmentId, s: serviceId, input },
  );

const deploy = (serviceId: string): Promise<string> =>
  done("mutation ($e: String!, $s: String!) { serviceInstanceDeployV2(environmentId: $e, serviceId: $s) }", {
    ...{ e: environmentId, s: serviceId },
  });

interface Seen {
  readonly status: string;
  readonly meta: { readonly image: string };
  readonly instances: readonly { readonly id: string; readonly status: string }[];
}

const seen = (id: string): Promise<Seen> =>
  done("query ($id: String!) { deployment(id: $id) { status meta instances { id status } } }", { id });

const until = (id: string, status: string): Promise<void> =>
  vi.waitFor(async () => expect((await seen(id)).status).toBe(status), { timeout: 30_000, interval: 50 });

const logs = async (id: string): Promise<string> =>
  (
    await done<readonly { message: string }[]>(
      "query ($id: String!) { deploymentLogs(deploymentId: $id, limit: 100) { message timestamp } }",
      { id },
    )
  )
    .map(({ message }) => message)
    .join("\n");

const credentials = (): object => ({ username: "x", password: fly.token });

describe("Railway's emulator", { timeout: 90_000 }, () => {
  it("refuses a wrong token, and a field that the public schema does not have", async () => {
    expect((await ask('{ project(id: "p") { id } }', {}, "wrong")).errors?.[0]?.message).toBe(
      "Not Authorized",
    );
    const { data, errors } = await ask('{ project(id: "p") { nickname } }');
    expect(data).toBeUndefined();
    expect(errors?.[0]?.message).toContain('Cannot query field "nickname"');
  });

  it("has a deployment replace the one before it only when it is healthy, and drains that one", async () => {
    const service = await newService("replaced");
    await update(service, {
      source: { image: images["one"] },
      registryCredentials: credentials(),
      healthcheckPath: "/health",
      healthcheckTimeout: 20,
      numReplicas: 2,
      drainingSeconds: 10,
    });
    const first = await deploy(service);
    await until(first, "SUCCESS");
    expect(await seen(first)).toMatchObject({
      meta: { image: images["one"] },
      instances: [{ status: "RUNNING" }, { status: "RUNNING" }],
    });

    // A region that is null has none; the numbers of regions take the place of the one number.
    const placed = { "us-west2": { numReplicas: 1 }, "us-east4": null };
    await update(service, { source: { image: images["two"] }, multiRegionConfig: placed });
    expect((await seen(first)).meta.image, "before it is deployed").toBe(images["one"]);
    const second = await deploy(service);
    await until(second, "SUCCESS");
    await until(first, "REMOVED");
    expect((await seen(second)).instances).toHaveLength(1);
    expect((await logs(first)).split("drained")).toHaveLength(3);
    await done("mutation ($id: String!) { deploymentRemove(id: $id) }", { id: second });
    await until(second, "REMOVED");
  });

  it("keeps the deployment before one that is not healthy, or whose image cannot be pulled", async () => {
    const service = await newService("kept");
    await update(service, {
      source: { image: images["one"] },
      registryCredentials: credentials(),
      healthcheckPath: "/health",
      healthcheckTimeout: 1,
    });
    const good = await deploy(service);
    await until(good, "SUCCESS");
    const set = (variables: object, more: object = {}): Promise<boolean> =>
      done("mutation ($input: VariableCollectionUpsertInput!) { variableCollectionUpsert(input: $input) }", {
        input: { projectId, environmentId, serviceId: service, variables, skipDeploys: true, ...more },
      });
    await set({ SICK: "1" });
    const sick = await deploy(service);
    await until(sick, "FAILED");
    expect(await logs(sick)).toContain("Healthcheck failed!");

    await set({ OTHER: "2" }, { replace: true });
    const variables =
      "query ($e: String!, $p: String!, $s: String) { variables(environmentId: $e, projectId: $p, serviceId: $s) }";
    expect(await done(variables, { e: environmentId, p: projectId, s: service })).toEqual({ OTHER: "2" });
    await update(service, { registryCredentials: { username: "x", password: "wrong" } });
    const refused = await deploy(service);
    await until(refused, "FAILED");
    expect(await logs(refused)).toContain("authentication required");
    expect((await seen(good)).status).toBe("SUCCESS");
  });

  it("restarts a replica that crashes, and starts what ran after a stop of the clouds", async () => {
    const service = await newService("crashing");
    await update(service, { source: { image: images["one"] }, registryCredentials: credentials() });
    const id = await deploy(service);
    await until(id, "SUCCESS");
    railway = await railway.reopen();
    const address = (): string =>
      railway.emulator.running().find(({ what }) => what.startsWith("crashing"))?.address ?? "";
    await vi.waitFor(async () => expect(await (await fetch(address())).text()).toBe("one"), {
      timeout: 20_000,
    });
  });
});
