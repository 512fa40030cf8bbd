import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Vercel } from "@vercel/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { LeveledLine } from "../../cli/logs/filter.ts";
import type { FollowWebArgs } from "../../cli/logs/follow-web.ts";
import { followWeb } from "../../cli/logs/follow-web.ts";
import type { TestCloud } from "../../sandbox/cloud/test-context.ts";
import { openTestCloud } from "../../sandbox/cloud/test-context.ts";
import { openWith } from "../../sandbox/cloud/vercel/index.ts";
import { deploy, outputOf, settled } from "../../sandbox/cloud/vercel/test-output.ts";

const handler = `export default (request, response) => {
  if (request.url.startsWith("/print")) console.log('{"level":50,"msg":"no paper"}');
  response.statusCode = request.url.startsWith("/broken") ? 500 : 200;
  response.end("ok");
};`;

const lines: LeveledLine[] = [];
const reports: string[] = [];
beforeEach(() => {
  lines.length = reports.length = 0;
});

/** Follows until `seen` holds, which it tries again and again. */
async function follow(
  args: Omit<FollowWebArgs, "signal" | "print" | "report">,
  seen: () => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  const followed = followWeb({
    ...args,
    signal: end.signal,
    print: (line) => lines.push(line),
    report: (why) => reports.push(why),
  });
  followed.catch(() => undefined);
  try {
    await vi.waitFor(seen, { timeout: 30_000, interval: 100 });
  } finally {
    end.abort();
  }
  await followed;
}

describe("the web's log, as Vercel's API streams it", { timeout: 120_000 }, () => {
  let cloud: TestCloud;
  let project = "";
  let deployment = "";
  let web = "";
  beforeAll(async () => {
    // A stream ends after a moment instead of five minutes.
    cloud = await openTestCloud("vercel", (context) => openWith(context, { runtimeLogMilliseconds: 700 }));
    const vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin, timeoutMs: 60_000 });
    ({ id: project } = await vercel.projects.createProject({ requestBody: { name: "web" } }));
    await vercel.projects.updateProject({ idOrName: "web", requestBody: { ssoProtection: null } });
    deployment = await deploy(vercel, project, outputOf(handler), "production");
    web = `http://${(await settled(vercel, deployment)).url}`;
  }, 120_000);
  afterAll(() => cloud.close());

  const access = () => ({ baseUrl: cloud.origin, token: cloud.token });
  const of = () => ({ access: access(), team: "team_sandbox", project, deployment });

  it("has each request with its status, and what is printed with its own level", async () => {
    await follow(of(), async () => {
      await fetch(`${web}/broken?secret=1`);
      await fetch(`${web}/print`);
      expect(lines.map(({ level, text }) => [level, text])).toEqual(
        expect.arrayContaining([
          ["error", "GET /broken 500"],
          ["info", "GET /print 200"],
          ["error", '{"level":50,"msg":"no paper"}'],
        ]),
      );
    });
    expect(lines[0]).toMatchObject({ worker: "web", machine: deployment });
    expect(lines[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it("goes on where Vercel ends a stream, and shows no line twice", async () => {
    let asked = 0;
    await follow(of(), async () => {
      asked += 1;
      await fetch(`${web}/${String(asked)}`);
      const texts = lines.map(({ text }) => text);
      expect(new Set(texts).size).toBe(texts.length);
      // More than two streams last.
      expect(asked).toBeGreaterThan(20);
      expect(Number(/^GET \/(\d+) 200$/.exec(texts.at(-1) ?? "")?.[1])).toBeGreaterThan(15);
    });
    expect(lines.map(({ text }) => text).join()).not.toContain("duration limit");
  });

  it.each([
    ["another token", { access: { token: "other" } }, /^vercel answered 403 to GET /],
    ["no such deployment", { deployment: "dpl_none" }, /^vercel answered 404 to GET /],
  ])(
    "is refused at once for %s",
    async (_name, changed: { access?: object; deployment?: string }, reason) => {
      const args = { ...of(), ...changed, access: { ...access(), ...changed.access } };
      await expect(
        followWeb({
          ...args,
          signal: new AbortController().signal,
          print: () => undefined,
          report: () => undefined,
        }),
      ).rejects.toThrow(reason);
    },
  );
});

describe("a stream that breaks", () => {
  let failures = 0;
  const server = createServer((_request, response) => {
    failures -= 1;
    if (failures >= 0) response.writeHead(503).end("{}");
    else {
      const row = { rowId: "1", level: "info", source: "serverless", timestampInMs: 0, message: "one\ntwo" };
      response.writeHead(200, { "content-type": "application/stream+json" });
      response.write(`\n${JSON.stringify(row)}\n{"half`, () => response.destroy());
    }
  });
  let baseUrl = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const of = () => ({
    ...{ access: { baseUrl, token: "t" }, team: "t", project: "p", deployment: "d" },
    pause: () => Promise.resolve(),
  });

  it("is opened again, and each of its lines is shown once", async () => {
    failures = 2;
    await follow(of(), () => {
      expect(reports.length).toBeGreaterThan(4);
      return Promise.resolve();
    });
    expect(lines.map(({ text }) => text)).toEqual(["one", "two"]);
    expect(reports[0]).toMatch(/^Vercel's stream ended \(vercel answered 503 .*\); it is opened again$/);
  });

  it("is given up after five failures in a row", async () => {
    failures = 100;
    const signal = new AbortController().signal;
    await expect(
      followWeb({ ...of(), signal, print: (line) => lines.push(line), report: (why) => reports.push(why) }),
    ).rejects.toThrow("vercel answered 503");
    expect(reports).toHaveLength(4);
  });
});
