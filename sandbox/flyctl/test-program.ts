import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { TestCloud } from "../cloud/test-context.ts";

/** How a flyctl process ended, and what it wrote. */
export interface FlyctlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningFlyctl {
  readonly ended: Promise<FlyctlResult>;
  /** What it has printed on its standard output so far. */
  printed(): string;
  signal(name: NodeJS.Signals): void;
}

const programOf = (cloud: TestCloud): string => join(cloud.context.home.binFolder, "flyctl.mjs");

/** Makes flyctl one file in the cloud's home, as bin/sandbox lays it: a test starts it dozens of times. */
export async function prepareFlyctl(cloud: TestCloud): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, "main.ts")],
    outfile: programOf(cloud),
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    banner: {
      js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`,
    },
  });
}

/** Starts a real flyctl process that knows nothing but where the emulator is. */
export function startFlyctl(cloud: TestCloud, folder: string, args: readonly string[]): RunningFlyctl {
  const child = spawn(process.execPath, [programOf(cloud), ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      FLY_CONFIG_DIR: join(cloud.context.home.folder, "fly"),
      FLY_ACCESS_TOKEN: cloud.token,
      FLY_FLAPS_BASE_URL: cloud.origin,
      FLY_UIEX_BASE_URL: cloud.origin,
      FLY_API_BASE_URL: cloud.origin,
      FLY_EMIT_RELEASE_JSON: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return {
    ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr }))),
    printed: () => stdout,
    signal: (name) => void child.kill(name),
  };
}

export function flyctl(cloud: TestCloud, folder: string, ...args: string[]): Promise<FlyctlResult> {
  return startFlyctl(cloud, folder, args).ended;
}

/** A tiny program that Fly can run: what it answers at /health shows which release and which secret it has. */
export async function writeProgram(folder: string): Promise<void> {
  await mkdir(join(folder, "app"), { recursive: true });
  await writeFile(
    join(folder, "app", "server.mjs"),
    `import { createServer } from "node:http";
import { readFileSync } from "node:fs";
const stamp = readFileSync(new URL("stamp.txt", import.meta.url), "utf8").trim();
console.log(JSON.stringify({ message: "worker_start", stamp, machine: process.env.FLY_MACHINE_ID }));
createServer((request, response) => {
  if (request.url === "/die") process.exit(3);
  response.end(JSON.stringify({ stamp, env: process.env, pid: process.pid, label: process.env.LABEL }));
}).listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => { console.log("worker_stop"); process.exit(0); });
`,
  );
  await writeFile(
    join(folder, "app", "broken.mjs"),
    `console.log("missing setting: X");\nprocess.exit(1);\n`,
  );
  await writeFile(join(folder, "version.txt"), "one\n");
  await writeFile(join(folder, "left-out.txt"), "no part of the image\n");
  await writeFile(join(folder, ".dockerignore"), "left-out.txt\nfly*.toml\nDockerfile.worker\n");
  await writeFile(
    join(folder, "Dockerfile.worker"),
    `ARG NODE_VERSION=20
FROM node:\${NODE_VERSION}-slim AS build
WORKDIR /build
ENV GREETING="hello there"
COPY version.txt ./
# A comment between instructions.
RUN echo "counting $GREETING" \\
  && cp version.txt stamp.txt
FROM node:20-slim
WORKDIR /srv
ARG LABEL=none
ENV LABEL=$LABEL
COPY --chown=node:node app/*.mjs ./
COPY --from=build /build/stamp.txt ./
USER node
EXPOSE 8080
CMD ["node", "server.mjs"]
`,
  );
  await writeFile(join(folder, "fly.toml"), flyToml("node server.mjs"));
  await writeFile(join(folder, "fly.broken.toml"), flyToml("node broken.mjs"));
}

function flyToml(command: string): string {
  return `app = "worker"
primary_region = "fra"
kill_signal = "SIGTERM"
kill_timeout = "5s"

[env]
LOG_LEVEL = "info"

[processes]
app = "${command}"

[checks.health]
type = "http"
port = 8080
path = "/health"
interval = "5s"
timeout = "2s"
grace_period = "5s"

[[restart]]
policy = "always"

[[vm]]
size = "shared-cpu-1x"
memory = "256mb"
`;
}
