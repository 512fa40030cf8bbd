import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Endpoints, Tokens } from "../sandbox/environment.ts";
import type { Call } from "./load.ts";

const launcher = join(import.meta.dirname, "..", "bin", "sandbox");

/** A sandbox in a temporary home, with something in each cloud. */
export interface BenchSandbox {
  /** Runs `bin/sandbox` with these words; gives the seconds it took. */
  run(...words: readonly string[]): Promise<number>;
  /** Of the clouds' own process. */
  pid(): number;
  /** Makes a Neon project, which is a PostgreSQL, an app, a Vercel project and a repository's environment. */
  fill(): Promise<{ readonly reads: readonly Call[]; readonly writes: readonly Call[] }>;
  close(): Promise<void>;
}

export function openBenchSandbox(): BenchSandbox {
  const home = mkdtempSync(join(tmpdir(), "atlaris-bench-"));
  const endpoints = (): Endpoints =>
    JSON.parse(readFileSync(join(home, "endpoints.json"), "utf8")) as Endpoints;

  const run: BenchSandbox["run"] = (...words) =>
    new Promise((resolve, reject) => {
      const begin = performance.now();
      const child = spawn(process.execPath, [launcher, ...words], {
        env: { ...process.env, SANDBOX_HOME: home },
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
      child.once("error", reject);
      child.once("close", (status) => {
        if (status === 0) resolve((performance.now() - begin) / 1_000);
        else reject(new Error(`bin/sandbox ${words.join(" ")} ended with ${String(status)}: ${said}`));
      });
    });

  const fill: BenchSandbox["fill"] = async () => {
    const { clouds } = endpoints();
    const tokens = (JSON.parse(readFileSync(join(home, "tokens.json"), "utf8")) as Tokens).clouds;
    const call = (cloud: keyof typeof clouds, method: string, path: string, body?: Call["body"]): Call => ({
      ...{ origin: clouds[cloud], token: tokens[cloud], method, path },
      ...(body ? { body } : {}),
    });
    const project = (await once(
      call("neon", "POST", "/api/v2/projects", () => ({ project: { name: "bench" } })),
    )) as { readonly project: { readonly id: string }; readonly branch: { readonly id: string } };
    const neon = `/api/v2/projects/${project.project.id}`;
    const operations = call("neon", "GET", `${neon}/operations`);
    while (/"status":"(scheduling|running)"/.test(JSON.stringify(await once(operations)))) await delay(20);
    await once(call("fly", "POST", "/v1/apps", () => ({ app_name: "bench", org_slug: "personal" })));
    await once(call("vercel", "POST", "/v11/projects", () => ({ name: "bench" })));
    const environment = "/repos/bench/bench/environments/staging";
    await once(call("github", "PUT", environment, () => ({ wait_timer: 0 })));
    return {
      reads: [
        call("neon", "GET", `${neon}/branches`),
        call("fly", "GET", "/v1/apps/bench"),
        call("vercel", "GET", "/v9/projects/bench"),
        call("github", "GET", environment),
      ],
      writes: [
        call("neon", "PATCH", `${neon}/branches/${project.branch.id}`, (round) => ({
          branch: { name: `branch-${round}` },
        })),
        call("fly", "POST", "/v1/apps/bench/secrets", (round) => ({ values: { SECRET: `value ${round}` } })),
        call("vercel", "PATCH", "/v9/projects/bench", (round) => ({
          autoAssignCustomDomains: round % 2 === 0,
        })),
        call("github", "PUT", environment, (round) => ({ wait_timer: round % 100 })),
      ],
    };
  };

  return {
    run,
    fill,
    pid: () => endpoints().pid,
    close: async () => {
      await run("stop");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function once({ origin, method, path, token, body }: Call): Promise<unknown> {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body(0)) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
