import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, expect, it, vi } from "vitest";
import { setFence } from "../shared/fence.ts";
import { flyctl } from "./flyctl.ts";

const folder = mkdtempSync(join(tmpdir(), "flyctl-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

it.skipIf(process.platform === "win32")(
  "gets the token of its call and what it is set by, and no other secret",
  async () => {
    writeFileSync(join(folder, "flyctl"), "#!/bin/sh\nenv\n", { mode: 0o755 });
    vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
    const secrets = {
      ...{ NEON_API_KEY: "of-neon", VERCEL_API_TOKEN: "of-vercel", GITHUB_TOKEN: "of-github" },
      ...{ PULUMI_CONFIG_PASSPHRASE: "of-the-state", OPENAI_API_KEY: "of-the-provider" },
      ...{
        FLY_API_TOKEN: "another-of-fly",
        DOCKER_AUTH_CONFIG: "of-a-registry",
        AWS_SECRET_ACCESS_KEY: "of-the-bucket",
      },
    };
    for (const [name, value] of Object.entries({ ...secrets, FLY_API_BASE_URL: "http://127.0.0.1:1" }))
      vi.stubEnv(name, value);
    const printed = await flyctl(["version"], {
      access: { baseUrl: "http://127.0.0.1:1", token: "of-this-call" },
      limitMilliseconds: 60_000,
    });
    expect(printed).toContain("FLY_ACCESS_TOKEN=of-this-call");
    expect(printed).toContain("FLY_API_BASE_URL=http://127.0.0.1:1");
    for (const value of Object.values(secrets)) expect(printed).not.toContain(value);
  },
);

it.skipIf(process.platform === "win32")(
  "is ended when the lease is lost under which it runs, so that it gives Fly's own leases back",
  async () => {
    const trap = `trap 'echo gave back > "${join(folder, "ended")}"; exit 1' INT`;
    const begun = join(folder, "begun");
    writeFileSync(
      join(folder, "flyctl"),
      `#!/bin/sh\n${trap}\ntouch "${begun}"\nwhile :; do sleep 0.05; done\n`,
      { mode: 0o755 },
    );
    vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
    const lost = new AbortController();
    setFence({ assertHeld: () => lost.signal.throwIfAborted(), lost: lost.signal });
    try {
      const options = { access: { baseUrl: "http://127.0.0.1:1", token: "t" }, limitMilliseconds: 60_000 };
      const deployed = flyctl(["deploy"], options);
      await vi.waitUntil(() => existsSync(begun), { timeout: 30_000 });
      lost.abort(new Error("another rollout has taken staging over"));
      await expect(deployed).rejects.toThrow("another rollout has taken staging over");
      expect(readFileSync(join(folder, "ended"), "utf8")).toBe("gave back\n");
      await expect(flyctl(["deploy"], options)).rejects.toThrow("another rollout has taken staging over");
    } finally {
      setFence(undefined);
    }
  },
);
