import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vercelWrapper } from "./prepare.ts";

describe("the vercel of a sandbox", () => {
  let folder: string;
  let wrapper: string;
  const script = (file: string, text: string): void => {
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "atlaris it's-"));
    const own = join(folder, "own");
    mkdirSync(own);
    mkdirSync(join(folder, "users"));
    wrapper = join(own, "vercel");
    script(wrapper, vercelWrapper(own));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const environment = () => ({
    PATH: `${join(folder, "own")}:${join(folder, "users")}:/usr/bin:/bin`,
    VERCEL_API_URL: "http://127.0.0.1:1",
  });

  it("prints how to install one where there is none", () => {
    const { status, stderr } = spawnSync(wrapper, ["ls"], { env: environment(), encoding: "utf8" });
    expect([status, stderr]).toEqual([
      127,
      "There is no vercel on the PATH. Install it with: npm install --global vercel\n",
    ]);
  });

  it("is the user's own, pointed at the sandbox", () => {
    script(join(folder, "users", "vercel"), '#!/bin/sh\nprintf "%s|" "$@"\n');
    const said = execFileSync(wrapper, ["env", "a b"], { env: environment(), encoding: "utf8" });
    expect(said).toBe("--api|http://127.0.0.1:1|env|a b|");
  });
});
