import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openFly } from "../fly/client.ts";
import { openGitHub } from "../github/client.ts";
import { openNeon } from "../neon/client.ts";
import { openRailway } from "../railway/client.ts";
import { readDeployment } from "../railway/service.ts";
import { watchingCalls } from "../shared/cloud-calls.ts";
import type { Cloud } from "../shared/cloud-names.ts";
import { openVercel } from "../vercel/client.ts";
import type { Access } from "../shared/cloud-access.ts";
import { explained } from "./explain-error.ts";
import { StepFailed } from "./step-failed.ts";

let server: Server | undefined;
afterEach(() => {
  server?.close().closeAllConnections();
});

/** One read by each cloud's client. */
const reads: Readonly<Record<Cloud, (access: Access) => Promise<unknown>>> = {
  neon: async (access) => (await openNeon(access)).projects.get({ projectId: "shop" }),
  fly: (access) => openFly(access)({ method: "GET", path: "/v1/apps/shop-worker" }),
  vercel: async (access) => (await openVercel(access)).getProject({ idOrName: "shop" }),
  github: async (access) => (await openGitHub(access)).rest.repos.get({ owner: "shop", repo: "shop" }),
  railway: (access) => readDeployment("shop", openRailway(access)),
};

/** Bodies in the form of each vendor. */
const bodies: Readonly<Record<Cloud, (message: string) => unknown>> = {
  neon: (message) => ({ code: "", message }),
  fly: (message) => ({ error: message }),
  vercel: (message) => ({ error: { code: "some_code", message } }),
  github: (message) => ({ message, documentation_url: "https://docs.github.com/rest" }),
  railway: (message) => ({ errors: [{ message }] }),
};

async function answering(status: number, body: string, headers = {}): Promise<string> {
  server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** Where nothing listens any more. */
async function closedAddress(): Promise<string> {
  const address = await answering(200, "");
  await new Promise((resolve) => server?.close(resolve));
  return address;
}

/** What a user reads when the cloud's client meets this. */
async function explanationOf(cloud: Cloud, baseUrl: string): Promise<string> {
  const error = await watchingCalls(
    () => reads[cloud]({ baseUrl, token: "token-of-a-test" }),
    explained,
  ).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as Error).message;
}

const clouds = ["neon", "fly", "vercel", "github"] as const;
const cases = clouds.flatMap((cloud) => [401, 403, 404, 409, 422].map((status) => ({ cloud, status })));

describe("an answer that is no success", () => {
  it.each(cases)(
    "of $cloud with $status names cloud, call, reason and what helps",
    async ({ cloud, status }) => {
      const address = await answering(status, JSON.stringify(bodies[cloud]("this is the vendor's reason")));
      expect(await explanationOf(cloud, address)).toMatchSnapshot();
    },
  );

  it("of GitHub names the right that the token lacks", async () => {
    const body = JSON.stringify({ message: "Resource not accessible by personal access token" });
    const address = await answering(403, body, { "x-accepted-github-permissions": "contents=write" });
    expect(await explanationOf("github", address)).toContain(
      "GITHUB_TOKEN lacks the right for it (contents=write): docs/secrets.md lists those that it needs.",
    );
  });

  it("of Vercel for a day's uploads is explained as a limit of the plan", async () => {
    const message = "Too many requests - try again in 24 hours (more than 5000)";
    const address = await answering(429, JSON.stringify({ error: { code: "api-upload-free", message } }));
    expect(await explanationOf("vercel", address)).toContain(
      "That limit of your plan ends at the time that Vercel names, or with a larger plan; then run the command again",
    );
  });

  it("of GitHub with 403 for too many calls is not explained as a missing right", async () => {
    const message = "API rate limit exceeded for user ID 1.";
    const headers = { "x-ratelimit-remaining": "0" };
    const text = await explanationOf("github", await answering(403, JSON.stringify({ message }), headers));
    expect(text).toContain("It was asked too often; wait a minute");
    expect(text).not.toContain("lacks the right");
  });

  it.each(clouds)("of %s that cannot be parsed is reported as such", async (cloud) => {
    expect(await explanationOf(cloud, await answering(200, '{"half": '))).toMatchSnapshot();
  });

  it.each(clouds)("of %s that is a page is not blamed on the client", async (cloud) => {
    const page = await answering(200, "<html>Sign in</html>", { "content-type": "text/html" });
    const text = await explanationOf(cloud, page);
    expect(text).toContain("an HTML page, as a proxy or a login page of a network does");
    expect(text).toContain("or a proxy or a login page of the network has answered");
    expect(text).not.toContain("package.json");
  });

  it.each(["neon", "fly", "github"] as const)(
    "of %s that never came names the call",
    async (cloud) => {
      expect(await explanationOf(cloud, await closedAddress())).toMatchSnapshot();
    },
    60_000,
  );
});

it.each(["github", "fly"] as const)(
  "names the call of %s that was refused, also where another cloud was called after it",
  async (cloud) => {
    const status = cloud === "github" ? 404 : 403;
    const address = await answering(status, JSON.stringify(bodies[cloud]("this one failed")));
    const access = { baseUrl: address, token: "token-of-a-test" };
    const work = async (): Promise<void> => {
      const refused: unknown = await reads[cloud](access).catch((error: unknown) => error);
      await reads.vercel(access).catch(() => undefined);
      throw refused;
    };
    await expect(watchingCalls(work, explained)).rejects.toThrow(
      cloud === "github"
        ? "GitHub answered 404 to GET /repos/shop/shop: "
        : "Fly.io answered 403 to GET /v1/apps/shop-worker: ",
    );
  },
);

it("does not call a name that another Vercel account has a missing right", async () => {
  const error = { code: "alias_in_use", message: 'The chosen alias "a.vercel.app" is already in use' };
  const words = await explanationOf("vercel", await answering(403, JSON.stringify({ error })));
  expect(words).toContain("is already in use\nAnother Vercel account has that name");
  expect(words).not.toContain("lacks the right");
});

describe("any other error", () => {
  it("stays as it is", async () => {
    const fault = new Error("the plan has no modules");
    await expect(watchingCalls(() => Promise.reject(fault), explained)).rejects.toBe(fault);
  });

  it("of a step that may have acted keeps what it attempted", async () => {
    const address = await answering(401, JSON.stringify(bodies.fly("no")));
    const work = async (): Promise<never> => {
      try {
        throw await reads.fly({ baseUrl: address, token: "token-of-a-test" });
      } catch (cause) {
        throw new StepFailed("id-1", { image: "new" }, "deploying shop-worker", { cause });
      }
    };
    await expect(watchingCalls(work, explained)).rejects.toMatchObject({
      id: "id-1",
      properties: { image: "new" },
      reasons: [expect.stringContaining("FLY_ACCESS_TOKEN is not accepted")],
    });
  });
});

it("explains a full disk of this machine without a stack, whatever was called before", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const error = explained(full, undefined) as Error;
  expect(error.message).toBe(
    "ENOSPC: no space left on device, write: free some of a disk of the machine that rolls out (df -h), " +
      "a rollout takes about 100 MB, and run the same command again",
  );
  expect(error.stack).toBe("");
  expect(explained(new Error("another"), undefined)).toMatchObject({ message: "another" });
});
