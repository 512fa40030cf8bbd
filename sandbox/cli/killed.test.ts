import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { isAlive } from "../cloud/process-identity.ts";
import { openRandom } from "../cloud/wire/delay-profile.ts";
import type { Endpoints, Tokens } from "../environment.ts";
import { writeProgram } from "../flyctl/test-program.ts";
import { openTestSandbox, type TestSandbox } from "./test-sandbox.ts";
import {
  flyWriter,
  githubWriter,
  neonWriter,
  vercelWriter,
  type Acknowledged,
  type Writer,
} from "./test-writers.ts";

const kills = 3;
const readyMilliseconds = 60_000;
/** A kill comes after at most so many further answers. */
const mostAnswers = 60;
/** KILL_SEED=… of a failure kills after the same numbers of answers again. */
const seed = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000);

let sandbox: TestSandbox;
let folder: string;
beforeAll(async () => {
  sandbox = openTestSandbox();
  folder = mkdtempSync(join(tmpdir(), "atlaris-killed-"));
  await writeProgram(folder);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

const read = (name: string): unknown => JSON.parse(readFileSync(join(sandbox.home, name), "utf8"));

it(
  "has all that any cloud acknowledged, however often and whenever everything is killed",
  { timeout: 600_000 },
  async () => {
    process.stdout.write(`KILL_SEED=${seed}\n`);
    const random = openRandom(seed);
    await deployWorker();
    const access = {
      origins: (read("endpoints.json") as Endpoints).clouds,
      tokens: (read("tokens.json") as Tokens).clouds,
    };
    const writers: Writer[] = [
      githubWriter(access),
      await vercelWriter(access),
      await neonWriter(access),
      await flyWriter(access),
    ];
    const acknowledged: Acknowledged[] = [];
    const rounds = writers.map(() => 0);
    const answered = new Set<number>();

    for (let kill = 1; kill <= kills; kill += 1) {
      let isKilled = false;
      const hasEnded = (): boolean => isKilled;
      const writing = writers.map(async (write, index) => {
        while (!hasEnded()) {
          const round = (rounds[index] ?? 0) + 1;
          rounds[index] = round;
          try {
            acknowledged.push(await write(round));
            answered.add(index);
          } catch (error) {
            if (hasEnded()) return;
            throw error;
          }
        }
      });
      const limit = { timeout: 120_000, interval: 5 };
      const untilDue = async (): Promise<void> => {
        // However slow the machine is, each cloud has something to lose.
        await vi.waitUntil(() => answered.size === writers.length, limit);
        const due = acknowledged.length + random() * mostAnswers;
        await vi.waitUntil(() => acknowledged.length >= due, limit);
      };
      await Promise.race([untilDue(), Promise.all(writing)]);
      const { pid } = read("endpoints.json") as Endpoints;
      isKilled = true;
      process.kill(pid, "SIGKILL");
      await vi.waitUntil(() => !isAlive(pid), { timeout: 60_000 });
      expect(await sandbox.run(["true"])).toMatchObject({ status: 0 });
      // The vendors' clients try again for a minute; what they get through now is acknowledged as well.
      await Promise.all(writing);
      expect(await missing(acknowledged), `after kill ${kill} with KILL_SEED=${seed}`).toEqual([]);
    }
  },
);

async function deployWorker(): Promise<void> {
  const image = "registry.fly.io/worker:one";
  const deployment = ["deploy", "--config", "fly.toml", "--app", "worker", "--yes", "--ha=false"];
  for (const words of [
    ["flyctl", "apps", "create", "worker", "--org", "personal"],
    [
      "flyctl",
      ...deployment,
      "--build-only",
      "--push",
      "--dockerfile",
      "Dockerfile.worker",
      "--image-label",
      "one",
    ],
    ["flyctl", ...deployment, "--image", image, "--wait-timeout", "60s"],
  ]) {
    const { status, stdout, stderr } = await sandbox.run(words, { cwd: folder });
    expect(status, `${words.join(" ")}:\n${stdout}${stderr}`).toBe(0);
  }
}

/** What is not there; work that goes on behind an answer has its time. */
async function missing(acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const deadline = Date.now() + readyMilliseconds;
  const found: string[] = [];
  for (const each of acknowledged) {
    const timeout = Math.max(1, deadline - Date.now());
    const isThere = (): Promise<boolean> => each.isThere().catch(() => false);
    await vi.waitUntil(isThere, { timeout }).catch(() => found.push(each.what));
  }
  return found;
}
