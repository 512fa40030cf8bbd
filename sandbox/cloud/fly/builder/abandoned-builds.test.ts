import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Place, TestCloud } from "../../test-context.ts";
import { newPlace, openTestCloudAt } from "../../test-context.ts";
import { open } from "../index.ts";
import { builtImage } from "../test-image.ts";

let cloud: TestCloud;
let place: Place;

beforeAll(async () => {
  place = await newPlace("fly");
  cloud = await openTestCloudAt("fly", open, place);
  await fetch(`${cloud.origin}/v1/apps`, {
    method: "POST",
    headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
    body: JSON.stringify({ app_name: "worker", org_slug: "personal" }),
  });
});
afterAll(() => cloud.close());

/** A build that takes so long that only its end by others is its end; the seconds name its process. */
function longBuild(): { readonly dockerfile: string; readonly isRunning: () => boolean } {
  const seconds = `${String(randomInt(10_000, 90_000))}.5`;
  return {
    dockerfile: `FROM node:22-slim\nWORKDIR /srv\nRUN sleep ${seconds}\n`,
    isRunning: () => processes().includes(`sleep ${seconds}`),
  };
}

const processes = (): string => execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" });

describe("a build of an image", () => {
  it("ends when its only client has left", async () => {
    const { dockerfile, isRunning } = longBuild();
    const leaving = new AbortController();
    const building = builtImage(place, "worker", { dockerfile, signal: leaving.signal });
    await expect.poll(isRunning, { timeout: 60_000 }).toBe(true);
    leaving.abort();
    await expect(building).rejects.toThrow("aborted");
    await expect.poll(isRunning, { timeout: 60_000 }).toBe(false);
  });

  it("begins again for a client that comes while the one that was left is ending", async () => {
    // Ends a second after its signal.
    const dockerfile =
      "FROM node:22-slim\nWORKDIR /srv\nRUN trap 'sleep 1; exit 1' TERM; touch built; sleep 2 & wait\n";
    const isRunning = (): boolean => processes().includes("touch built; sleep 2");
    const leaving = new AbortController();
    const left = builtImage(place, "worker", { dockerfile, signal: leaving.signal });
    await expect.poll(isRunning, { timeout: 60_000 }).toBe(true);
    leaving.abort();
    await expect(left).rejects.toThrow("aborted");
    await expect(builtImage(place, "worker", { dockerfile })).resolves.toBe("registry.fly.io/worker:one");
  });

  it("continues as long as one of its clients waits for it", async () => {
    // Found by the test in the folder that the build works on.
    const command = "until test -e first-has-left; do sleep 0.1; done";
    const dockerfile = `FROM node:22-slim\nWORKDIR /srv\nRUN ${command}\n`;
    const first = new AbortController();
    const [left, stayed] = [first.signal, undefined].map((signal) =>
      builtImage(place, "worker", { dockerfile, ...(signal ? { signal } : {}) }).catch(
        (error: unknown) => (error as Error).name,
      ),
    );
    await expect.poll(() => processes().includes(command), { timeout: 60_000 }).toBe(true);
    first.abort();
    expect(await left).toBe("AbortError");
    // Answered after the builder has seen that the first client left.
    await fetch(`${cloud.origin}/v1/apps/worker`, { headers: { authorization: `Bearer ${cloud.token}` } });
    const [folder = ""] = globSync(join("**", "work", "*", "srv"), { cwd: place.folder });
    writeFileSync(join(place.folder, folder, "first-has-left"), "");
    expect(await stayed).toBe("registry.fly.io/worker:one");
  });
});
