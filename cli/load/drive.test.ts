import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { drive } from "./drive.ts";
import type { PreparedLoad } from "./prepare-load.ts";
import { prepareLoad, readProfile } from "./prepare-load.ts";
import { requireAllowed } from "./production.ts";
import { summarize } from "./summarize.ts";

const key = "key-of-the-test-1234";

interface Sent {
  readonly path: string;
  readonly body: string;
  readonly authorization: string | undefined;
}

/** A server that answers by a function, and keeps what it was sent. */
async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly sent: Sent[] }> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      sent.push({ path: request.url ?? "", body, authorization: request.headers.authorization });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, sent };
}

const jobs = {
  enqueue: {
    method: "POST",
    path: "/orders",
    json: { note: "Load test ${run.mark}: ${run.number}" },
  },
  query: "SELECT $1",
} as const;

function load(text: string, url: string): PreparedLoad {
  const file = join(mkdtempSync(join(tmpdir(), "load-profile-")), "a.profile.yaml");
  writeFileSync(file, text);
  onTestFinished(() => rmSync(join(file, ".."), { recursive: true }));
  const environment = { SMOKE_TEST_API_URL: url, SMOKE_TEST_API_KEY: key };
  return prepareLoad(readProfile(file, "a.profile.yaml"), "a.profile.yaml", {
    ...{ environment, jobs, mark: "load-1" },
  });
}

const shop = (pace: string, timeoutMs = 20_000): string => `
profile: shop
seconds: 3
rampSeconds: 1
${pace}
defaults: { credentials: { authorization: "Bearer \${env.SMOKE_TEST_API_KEY}" }, timeoutMs: ${String(timeoutMs)} }
requests:
  - { name: page, weight: 2, path: /, credentials: false }
  - { name: order, job: true, status: [202] }
  - { name: old, path: /old, status: [404] }
`;

const statuses: Readonly<Record<string, number>> = { "/": 200, "/orders": 202, "/old": 404 };
const good = (request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(statuses[request.url ?? ""] ?? 500).end();
};
const never = new AbortController().signal;

describe("a load by a rate", () => {
  it("sends its mixture at the rate, numbers and marks jobs, and gives keys to who gets them", async () => {
    const { url, sent } = await serve(good);
    const prepared = load(shop("ratePerSecond: 20"), url);
    const { answered, jobs: accepted } = await drive(prepared, { stop: never });
    // 60 behind a ramp of 10.
    expect([sent.length, answered.length, accepted.size]).toEqual([70, 60, 15]);
    expect(answered.filter(({ fault }) => fault !== undefined)).toEqual([]);
    const orders = sent.filter(({ path }) => path === "/orders").map(({ body }) => body);
    expect(new Set(orders).size).toBe(orders.length);
    expect(orders[0]).toMatch(/^\{"note":"Load test load-1: \d+"\}$/);
    const keyless = sent.filter(({ authorization }) => authorization !== `Bearer ${key}`);
    expect(new Set(keyless.map(({ path }) => path))).toEqual(new Set(["/"]));
    expect(sent.filter(({ path }) => path === "/old")).not.toHaveLength(0);
  });

  it("keeps sending while answers are late, and counts that as time, timeouts and other statuses as failed", async () => {
    let count = 0;
    const { url } = await serve((request, response) => {
      count += 1;
      if (request.url === "/old") return;
      if (count % 10 === 0) response.writeHead(500).end();
      else setTimeout(() => good(request, response), 100);
    });
    const prepared = load(shop("ratePerSecond: 20", 500), url);
    const { answered, seconds } = await drive(prepared, { stop: never });
    expect(answered).toHaveLength(60);
    const faults = new Set(answered.map(({ fault }) => fault));
    expect(faults).toEqual(new Set([undefined, "timeout", "500"]));
    const { kinds, errors, p50 } = summarize({
      ...{ profile: "shop", digest: prepared.digest, target: "20 requests/s", seconds, answered },
      kinds: ["page", "order", "old"],
    });
    expect(p50).toBeGreaterThanOrEqual(99);
    expect(errors).toBe(kinds.reduce((sum, kind) => sum + kind.errors, 0));
    expect(kinds.find(({ name }) => name === "old")).toMatchObject({ requests: 15, errors: 15, p50: null });
  });

  it("is stopped: nothing more is sent, and what is under way is answered", async () => {
    const stop = new AbortController();
    const { url, sent } = await serve((request, response) => {
      if (sent.length === 15) stop.abort();
      setTimeout(() => good(request, response), 50);
    });
    const { answered } = await drive(load(shop("ratePerSecond: 20"), url), { stop: stop.signal });
    expect(sent.length).toBeLessThan(30);
    expect(answered.every(({ fault }) => fault === undefined)).toBe(true);
  });
});

it("sends by connections, each its next request once it has an answer", async () => {
  let [atOnce, most] = [0, 0];
  const { url } = await serve((request, response) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    setTimeout(() => {
      atOnce -= 1;
      good(request, response);
    }, 50);
  });
  const { answered } = await drive(load(shop("connections: 4"), url), { stop: never });
  expect(most).toBe(4);
  expect(answered.length).toBeGreaterThan(20);
});

describe("a profile", () => {
  it("is refused with all of its faults", () => {
    const text = `
profile: shop
ratePerSecond: 5
connections: 3
requests:
  - { name: page, path: /, weihgt: 2 }
  - { name: jobs, path: / }
`;
    expect(() => load(text, "http://127.0.0.1:1")).toThrow(
      /either ratePerSecond or connections|weihgt[^]*jobs/,
    );
    const made = `
profile: shop
ratePerSecond: 5
requests:
  - { name: page, path: /, method: POST }
  - { name: page, path: "/\${orderId}" }
`;
    expect(() => load(made, "http://127.0.0.1:1")).toThrow(
      "The load profile a.profile.yaml is invalid (docs/load-tests.md):\n" +
        "  two requests have the name page\n" +
        "  request page: what it makes has to carry ${run.mark}, by which the clean-up finds it\n" +
        "  request page: a load captures no values; there are ${run.mark}, ${run.number} and ${env.SMOKE_TEST_NAME}",
    );
  });

  it("gets another digest by all that is sent, and the same by another name", () => {
    const url = "http://127.0.0.1:1";
    const { digest } = load(shop("ratePerSecond: 20"), url);
    expect(load(shop("ratePerSecond: 20").replace("profile: shop", "profile: store"), url).digest).toBe(
      digest,
    );
    expect(load(shop("ratePerSecond: 21"), url).digest).not.toBe(digest);
    expect(load(shop("ratePerSecond: 20").replace("weight: 2", "weight: 3"), url).digest).not.toBe(digest);
  });

  it("sends no key to an address that is neither https nor this machine", () => {
    expect(() => load(shop("ratePerSecond: 20"), "http://shop.example")).toThrow("no https:// address");
  });
});

describe("production", () => {
  const place = { isProduction: true, yesProduction: true, mostPerSecond: 10, stack: "prod" };
  const by = (pace: string) => load(shop(pace), "http://127.0.0.1:1").profile;

  it("takes a rate within its bound, where the user has named production", () => {
    expect(() => requireAllowed(by("ratePerSecond: 10"), "a.yaml", place)).not.toThrow();
    expect(() =>
      requireAllowed(by("connections: 500"), "a.yaml", {
        ...place,
        isProduction: false,
        yesProduction: false,
      }),
    ).not.toThrow();
  });

  it.each([
    ["ratePerSecond: 10", false, "expected --yes-production"],
    ["ratePerSecond: 11", true, "ratePerSecond is 11, and rollout:load.mostPerSecond is 10"],
    ["connections: 2", true, "expected ratePerSecond in place of connections"],
  ])("refuses %s with --yes-production %s", (pace, yesProduction, message) => {
    expect(() => requireAllowed(by(pace), "a.yaml", { ...place, yesProduction })).toThrow(message);
  });
});
