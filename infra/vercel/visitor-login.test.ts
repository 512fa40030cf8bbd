import { describe, expect, it } from "vitest";
import { useTestApi } from "../shared/test-api.ts";
import type { OnLogin } from "./visitor-login.ts";
import { checkVisitors } from "./visitor-login.ts";

type Answer = readonly [status: number, location?: string];
const sso: Answer = [302, "https://vercel.com/sso-api?url=https%3A%2F%2Fshop.vercel.app"];

let answers: readonly Answer[];
const api = useTestApi(() => {
  const [status = 200, location] = answers[Math.min(api.calls.length, answers.length) - 1] ?? [];
  return { status, headers: location === undefined ? {} : { location } };
});

/** An address with these answers, one after the other; the last one stays. */
function siteWith(...given: readonly Answer[]): string {
  answers = given;
  api.calls.length = 0;
  return api.access.baseUrl;
}

async function look(url: string, onLogin: OnLogin, limit = 0): Promise<readonly string[]> {
  const notes: string[] = [];
  await checkVisitors({ url, healthPath: "/health" }, onLogin, (line) => void notes.push(line), limit);
  return notes;
}

describe("a visitor of a live address", () => {
  it.each<[string, Answer]>([
    ["a 401", [401]],
    ["a redirect to Vercel's login", sso],
  ])("who gets %s fails the step, or is warned of", async (_name, answer) => {
    const url = siteWith(answer);
    await expect(look(url, "fail")).rejects.toThrow(/to be open to visitors.*a login of Vercel.*Add 127/s);
    expect(await look(url, "warn")).toEqual([expect.stringContaining(`visitors of ${url} get a login`)]);
  });

  it.each<[string, Answer]>([
    ["an answer", [200]],
    ["a redirect of the application", [302, "/plans"]],
    ["a failure, which health checks report", [500]],
  ])("who gets %s is let through", async (_name, answer) => {
    const url = siteWith(answer);
    expect([...(await look(url, "fail")), ...(await look(url, "warn"))]).toEqual([]);
  });

  it("may get a login for a moment after the domain was assigned", async () => {
    const url = siteWith([401], sso, [200]);
    expect(await look(url, "fail", 60_000)).toEqual([]);
  });
});
