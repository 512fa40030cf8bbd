import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { OnLogin } from "./visitor-login.ts";
import { checkVisitors } from "./visitor-login.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Answer = readonly [status: number, location?: string];
const sso: Answer = [302, "https://vercel.com/sso-api?url=https%3A%2F%2Fatlaris.vercel.app"];

/** An address with these answers, one after the other; the last one stays. */
async function siteWith(...answers: readonly Answer[]): Promise<string> {
  let asked = 0;
  const server = createServer((_request, response) => {
    const [status = 200, location] = answers[Math.min(asked++, answers.length - 1)] ?? [];
    response.writeHead(status, location === undefined ? {} : { location }).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function look(url: string, onLogin: OnLogin, limit = 0): Promise<readonly string[]> {
  const notes: string[] = [];
  await checkVisitors(url, onLogin, (line) => void notes.push(line), limit);
  return notes;
}

describe("a visitor of a live address", () => {
  it.each<[string, Answer]>([
    ["a 401", [401]],
    ["a redirect to Vercel's login", sso],
  ])("who gets %s fails the step, or is warned of", async (_name, answer) => {
    const url = await siteWith(answer);
    await expect(look(url, "fail")).rejects.toThrow(/to be open to visitors.*a login of Vercel.*Add 127/s);
    expect(await look(url, "warn")).toEqual([expect.stringContaining(`visitors of ${url} get a login`)]);
  });

  it.each<[string, Answer]>([
    ["an answer", [200]],
    ["a redirect of the application", [302, "/plans"]],
    ["a failure, which health checks report", [500]],
  ])("who gets %s is let through", async (_name, answer) => {
    const url = await siteWith(answer);
    expect([...(await look(url, "fail")), ...(await look(url, "warn"))]).toEqual([]);
  });

  it("may get a login for a moment after the domain was assigned", async () => {
    const url = await siteWith([401], sso, [200]);
    expect(await look(url, "fail", 60_000)).toEqual([]);
  });
});
