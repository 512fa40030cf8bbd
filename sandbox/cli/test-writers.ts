import { randomBytes } from "node:crypto";
import { createNeonClient } from "@neon/sdk";
import { Octokit } from "@octokit/rest";
import { Vercel } from "@vercel/sdk";
import sodium from "libsodium-wrappers";
import { query } from "../cloud/postgres/test-query.ts";
import { freePort } from "../cloud/test-context.ts";
import { deploy, outputOf, settled } from "../cloud/vercel/test-output.ts";
import type { Endpoints, Tokens } from "../environment.ts";

/** What a cloud has acknowledged, and how to see by the cloud's own API whether it is there. */
export interface Acknowledged {
  readonly what: string;
  isThere(): Promise<boolean>;
}

/** Makes one thing after the other in one cloud, by the vendor's client where there is one. */
export type Writer = (round: number) => Promise<Acknowledged>;

/** Where the clouds are and how one gets in. */
export interface Access {
  readonly origins: Endpoints["clouds"];
  readonly tokens: Tokens["clouds"];
}

const repository = { owner: "acme", repo: "shop" };

/** In turn a secret, a commit status, an environment and a deployment. */
export function githubWriter({ origins, tokens }: Access): Writer {
  // Octokit prints each call that the kill cuts off.
  const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const octokit = new Octokit({ auth: tokens.github, baseUrl: origins.github, log });
  const is = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );
  return async (round) => {
    const name = `N${round}`;
    const sha = round.toString(16).padStart(40, "a");
    switch (round % 4) {
      case 0: {
        const { data: key } = await octokit.actions.getRepoPublicKey(repository);
        await sodium.ready;
        const sealed = sodium.crypto_box_seal(name, new Uint8Array(Buffer.from(key.key, "base64")));
        const encrypted_value = Buffer.from(sealed).toString("base64");
        const secret = { ...repository, secret_name: name };
        await octokit.actions.createOrUpdateRepoSecret({ ...secret, encrypted_value, key_id: key.key_id });
        return { what: `secret ${name}`, isThere: () => is(octokit.actions.getRepoSecret(secret)) };
      }
      case 1: {
        await octokit.repos.createCommitStatus({ ...repository, sha, state: "success", context: name });
        const statuses = async (): Promise<boolean> =>
          (await octokit.repos.listCommitStatusesForRef({ ...repository, ref: sha })).data.some(
            ({ context }) => context === name,
          );
        return { what: `status ${name}`, isThere: statuses };
      }
      case 2: {
        const environment = { ...repository, environment_name: name };
        await octokit.repos.createOrUpdateEnvironment(environment);
        return { what: `environment ${name}`, isThere: () => is(octokit.repos.getEnvironment(environment)) };
      }
      default: {
        const input = { ...repository, ref: sha, environment: "staging", required_contexts: [] };
        const { data } = await octokit.repos.createDeployment(input);
        if (!("id" in data)) throw new Error("GitHub made no deployment");
        const deployment = { ...repository, deployment_id: data.id };
        return {
          what: `deployment ${data.id}`,
          isThere: () => is(octokit.repos.getDeployment(deployment)),
        };
      }
    }
  };
}

const ignore = (): void => undefined;

/** In turn a variable, and a deployment that is built, with an alias that points at it. */
export async function vercelWriter({ origins, tokens }: Access): Promise<Writer> {
  const vercel = new Vercel({ bearerToken: tokens.vercel, serverURL: origins.vercel, timeoutMs: 30_000 });
  const { id: project } = await vercel.projects.createProject({ requestBody: { name: "web" } });
  // Else its aliases ask for a login.
  await vercel.projects.updateProject({ idOrName: project, requestBody: { ssoProtection: null } });
  return async (round) => {
    if (round % 2 === 0) {
      const key = `VARIABLE_${round}`;
      await vercel.projects.createProjectEnv({
        idOrName: project,
        requestBody: { key, value: "x", type: "encrypted", target: ["preview"] },
      });
      const variables = async (): Promise<boolean> =>
        JSON.stringify(await vercel.projects.filterProjectEnvs({ idOrName: project })).includes(`"${key}"`);
      return { what: `variable ${key}`, isThere: variables };
    }
    const text = `answer ${round}`;
    const id = await deploy(
      vercel,
      project,
      outputOf(`export default (_, response) => response.end("${text}");`),
    );
    await settled(vercel, id);
    const alias = `127.0.0.1:${await freePort()}`;
    await vercel.aliases.assignAlias({ id, requestBody: { alias } });
    return {
      what: `alias ${alias} of deployment ${id}`,
      isThere: async () => (await (await fetch(`http://${alias}/`)).text()) === text,
    };
  };
}

/** In turn a row in the database, and a branch. */
export async function neonWriter({ origins, tokens }: Access): Promise<Writer> {
  const neon = createNeonClient({
    apiKey: tokens.neon,
    baseUrl: `${origins.neon}/api/v2`,
    throwOnError: true,
    // While a branch is made, the project takes no other change.
    retries: 50,
    wait: { pollIntervalMs: 50, timeoutMs: 60_000 },
  });
  const { project, connectionString } = await neon.projects.createAndConnect({
    name: "atlaris",
    pooled: false,
  });
  const projectId = project.id;
  await query(connectionString, "CREATE TABLE plan (number int)");
  return async (round) => {
    if (round % 2 === 0) {
      await query(connectionString, `INSERT INTO plan VALUES (${round})`);
      const select = `SELECT number FROM plan WHERE number = ${round}`;
      return {
        what: `row ${round}`,
        isThere: async () => (await query(connectionString, select)).length === 1,
      };
    }
    const { id: branchId } = await neon.branches.create(
      { projectId, name: `branch-${round}` },
      { waitForReadiness: false },
    );
    const isReady = async (): Promise<boolean> =>
      (await neon.branches.get({ projectId, branchId })).current_state === "ready";
    return { what: `branch ${branchId}`, isThere: isReady };
  };
}

interface Machine {
  readonly id: string;
  readonly state: string;
  readonly config: object;
}

/** In turn a secret, a release and a machine that runs; `worker` has been deployed. There is no client in JavaScript. */
export async function flyWriter({ origins, tokens }: Access): Promise<Writer> {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${origins.fly}${path}`, {
      method,
      headers: { authorization: `Bearer ${tokens.fly}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  const app = "/v1/apps/worker";
  const [first] = (await call("GET", `${app}/machines`)) as Machine[];
  if (!first) throw new Error("the app has no machine");
  return async (round) => {
    if (round % 8 === 0) {
      const { id } = (await call("POST", `${app}/machines`, { config: first.config })) as Machine;
      const isStarted = async (): Promise<boolean> =>
        ((await call("GET", `${app}/machines/${id}`)) as Machine).state === "started";
      return { what: `machine ${id}`, isThere: isStarted };
    }
    if (round % 2 === 0) {
      const image = `registry.fly.io/worker:${randomBytes(4).toString("hex")}`;
      const release = { app_name: "worker", image, strategy: "ROLLING", definition: {} };
      await call("POST", "/api/v1/releases", release);
      const releases = async (): Promise<boolean> =>
        JSON.stringify(await call("GET", "/api/v1/apps/worker/releases?limit=1000")).includes(image);
      return { what: `release of ${image}`, isThere: releases };
    }
    const name = `SECRET_${round}`;
    await call("POST", `${app}/secrets`, { values: { [name]: "x" } });
    const secrets = async (): Promise<boolean> =>
      JSON.stringify(await call("GET", `${app}/secrets`)).includes(`"${name}"`);
    return { what: `secret ${name}`, isThere: secrets };
  };
}
