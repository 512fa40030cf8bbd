import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
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
/** KILL_SEED=… of a failure makes the same pauses again. */
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
      const writing = writers.map(async (write, index) => {
        for (;;) {
          const round = (rounds[index] ?? 0) + 1;
          rounds[index] = round;
          try {
            acknowledged.push(await write(round));
            answered.add(index);
          } catch (error) {
            if (isKilled) return;
            throw error;
          }
        }
      });
      const pause = async (): Promise<void> => {
        // However slow the machine is, each cloud has something to lose.
        while (answered.size < writers.length) await delay(10);
        await delay(random() * 3_000);
      };
      await Promise.race([pause(), Promise.all(writing)]);
      const { pid } = read("endpoints.json") as Endpoints;
      isKilled = true;
      process.kill(pid, "SIGKILL");
      await Promise.all(writing);
      while (isAlive(pid)) await delay(10);
      expect(await sandbox.run(["true"])).toMatchObject({ status: 0 });
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
    while (!(await each.isThere().catch(() => false))) {
      if (Date.now() > deadline) {
        found.push(each.what);
        break;
      }
      await delay(50);
    }
  }
  return found;
}
