import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, it } from "vitest";

/** What the SDK's provider process does with an error that nobody caught (cmd/dynamic-provider). */
const program = `
  process.on("uncaughtException", (error) => console.error(error));
  require("tsx/cjs");
  require(${JSON.stringify(join(import.meta.dirname, "orphan-guard.ts"))}).endWithTheEngine();
  setTimeout(() => { throw new Error("the engine is gone"); }, 300);
  setTimeout(() => {}, 60_000);
`;

it("a provider whose engine was killed ends, instead of writing to nobody for ever", async () => {
  const child = spawn(process.execPath, ["-e", program], {
    cwd: join(import.meta.dirname, "..", ".."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  child.stderr.destroy();
  try {
    const [code] = (await once(child, "exit", { signal: AbortSignal.timeout(20_000) })) as [number | null];
    expect(code).toBe(1);
  } finally {
    child.kill("SIGKILL");
  }
});
