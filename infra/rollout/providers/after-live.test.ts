import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { StepFailed } from "../../dynamic/step-failed.ts";
import { saying } from "../../shared/say.ts";
import type { Hook } from "../hook.ts";
import type { AfterLiveInputs } from "./after-live.ts";
import { provider } from "./after-live.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-hooks-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);
const hook = (command: string, more: Partial<Hook> = {}): Hook => ({
  ...{ command, limitSeconds: 30, environment: [] },
  ...more,
});
const inputs = (...hooks: readonly Hook[]): AfterLiveInputs => ({
  hooks,
  variables: { ROLLOUT_WEB_URL: "https://shop.example" },
  live: { web: "dpl_1" },
});
const run = (...hooks: readonly Hook[]) => provider.create(inputs(...hooks), {} as ProviderContext);

describe("the hooks of a release that is live", () => {
  it("run one after the other, and get the address of what is live", async () => {
    await run(
      hook(`sleep 0.2; echo "$ROLLOUT_WEB_URL" > ${file("seen")}`),
      hook(`cat ${file("seen")} > ${file("after")}`),
    );
    expect(readFileSync(file("after"), "utf8")).toBe("https://shop.example\n");
  });

  it("see of this process what they name alone", async () => {
    vi.stubEnv("CDN_TOKEN", "token-of-the-cdn");
    vi.stubEnv("NEON_API_KEY", "token-of-neon");
    await run(
      hook(`echo "$CDN_TOKEN,$NEON_API_KEY" > ${file("named")}`, { environment: ["CDN_TOKEN"] }),
      hook(`echo "$CDN_TOKEN,$NEON_API_KEY" > ${file("none")}`),
    );
    expect(readFileSync(file("named"), "utf8")).toBe("token-of-the-cdn,\n");
    expect(readFileSync(file("none"), "utf8")).toBe(",\n");
  });

  it("print what they do while they run", async () => {
    const said: string[] = [];
    await saying(
      (line) => void said.push(line),
      () => run(hook("echo purged 3 pages")),
    );
    expect(said).toEqual(["running echo purged 3 pages", "echo purged 3 pages: purged 3 pages"]);
  });

  it("print no value of a variable that they name", async () => {
    vi.stubEnv("CDN_TOKEN", "token-of-the-cdn");
    const said: string[] = [];
    const failed: unknown = await saying(
      (line) => void said.push(line),
      () => run(hook('echo "sent $CDN_TOKEN" >&2; exit 1', { environment: ["CDN_TOKEN"] })),
    ).catch((error: unknown) => error);
    expect(said.at(-1)).toContain("sent [secret]");
    expect((failed as Error).message).toMatch(/ended with 1: sent \[secret\]$/);
  });

  it("fail the step with what was printed last, and the next does not run", async () => {
    const failed: unknown = await run(
      hook("echo no such zone >&2; exit 4"),
      hook(`touch ${file("after")}`),
    ).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(StepFailed);
    expect((failed as Error).message).toBe(
      "hooks.afterLive: `echo no such zone >&2; exit 4` ended with 4: no such zone",
    );
    expect(existsSync(file("after"))).toBe(false);
  });

  it("fail at their limit, and where a variable that they name is not set", async () => {
    await expect(run(hook("sleep 60", { limitSeconds: 1 }))).rejects.toThrow(
      "`sleep 60` did not end within 1 s and was killed",
    );
    await expect(run(hook("true", { environment: ["CDN_TOKEN_OF_NOBODY"] }))).rejects.toThrow(
      "`true` needs CDN_TOKEN_OF_NOBODY in the environment of the rollout. Set it, and run the rollout again",
    );
  });

  it("run again exactly when something that is live has changed", async () => {
    const olds = inputs(hook("true"));
    const differs = (news: AfterLiveInputs) => provider.differs?.(olds, news, {} as never);
    expect(await differs(inputs(hook("false")))).toBe(false);
    expect(await differs({ ...olds, live: { web: "dpl_2" } })).toBe(true);
  });
});
