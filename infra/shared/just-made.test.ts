import { beforeEach, describe, expect, it } from "vitest";
import { cloudFetch } from "./cloud-fetch.ts";
import type { JustMade } from "./just-made.ts";
import { openJustMade, visibleWithin } from "./just-made.ts";
import type { TestAnswer } from "./test-api.ts";
import { useTestApi } from "./test-api.ts";

const base = "http://cloud";
let now: number;
let made: JustMade;
beforeEach(() => {
  now = 1_000_000;
  made = openJustMade(() => now);
});

describe("what a cloud has just made", () => {
  it.each<[string, string, object, string]>([
    ["by its id", "/v1/apps/a/machines", { id: "e784" }, "/v1/apps/a/machines/e784"],
    ["by its name", "/v1/apps", { name: "shop" }, "/v1/apps/shop/machines"],
    ["by its number", "/repos/o/r/deployments", { id: 7 }, "/repos/o/r/deployments/7/statuses"],
    ["inside of the answer", "/projects", { project: { id: "p1" } }, "/projects/p1"],
    [
      "with another thing",
      "/projects/p/branches",
      { branch: { id: "b" }, operations: [{ id: "c7a7e52c-6358" }] },
      "/projects/p/operations/c7a7e52c-6358",
    ],
  ])("may be hidden %s for half a minute", (_how, path, body, read) => {
    made.note("POST", base + path, body);
    expect(made.hiddenUntil(`${base}${read}?team=1`)).toBe(now + visibleWithin);
    now += visibleWithin;
    made.note("GET", `${base}/other`, {});
    expect(made.hiddenUntil(base + read)).toBe(0);
  });

  it("is not hidden where it was only changed, or has been deleted since", () => {
    made.note("PATCH", `${base}/roles`, { id: "r" });
    expect(made.hiddenUntil(`${base}/roles/r`)).toBe(0);
    made.note("POST", `${base}/branches`, { id: "b" });
    made.note("DELETE", `${base}/branches/b/roles/r`, undefined);
    expect(made.hiddenUntil(`${base}/branches/b/roles/r/reset`)).toBe(0);
    expect(made.hiddenUntil(`${base}/branches/b/roles/s`)).toBeGreaterThan(0);
    made.note("DELETE", `${base}/branches/b`, undefined);
    expect(made.hiddenUntil(`${base}/branches/b`)).toBe(0);
  });

  it("belongs to no other process", () => {
    made.note("POST", `${base}/apps`, { id: "a" });
    expect(made.hiddenUntil(`${base}/machines/a`)).toBe(0);
  });
});

describe("a call to it", () => {
  let first: TestAnswer[] = [];
  const { access, calls } = useTestApi(({ method }) => {
    if (method === "POST") return { status: 201, body: { id: "new" } };
    return first.shift() ?? { status: 200, body: { id: "new" } };
  });
  const pauses: number[] = [];
  const pause = (milliseconds: number): Promise<void> => {
    pauses.push(milliseconds);
    now += milliseconds;
    return Promise.resolve();
  };
  const send = (method: string, path: string): Promise<Response> =>
    cloudFetch("fly", { pause, now: () => now, justMade: made })(`${access.baseUrl}${path}`, { method });
  const missing: TestAnswer = { status: 404, body: { error: "not found" } };
  beforeEach(() => {
    first = [];
    calls.length = 0;
    pauses.length = 0;
  });

  it("is sent again until the cloud shows it", async () => {
    await send("POST", "/apps");
    first = [missing, missing, missing];
    expect((await send("GET", "/apps/new")).status).toBe(200);
    expect((await send("DELETE", "/apps/new")).status).toBe(200);
  });

  it("ends after half a minute", async () => {
    await send("POST", "/apps");
    first = Array.from({ length: 100 }, () => missing);
    const begun = now;
    expect((await send("GET", "/apps/new")).status).toBe(404);
    expect(now - begun).toBeLessThanOrEqual(visibleWithin);
    expect(now - begun).toBeGreaterThan(visibleWithin - 3_000);
  });

  it("is final at once where another thing is not found", async () => {
    await send("POST", "/apps");
    first = [missing];
    expect((await send("GET", "/apps/other")).status).toBe(404);
    expect(pauses).toEqual([]);
  });
});
