import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { withOwnFolder } from "../shared/own-folder.ts";

/** One file of an upload, as Vercel wants to hear of it: its content is sent apart, named by its SHA-1. */
export interface OutputFile {
  /** Path in the deployment, with forward slashes. */
  readonly file: string;
  readonly sha: string;
  readonly size: number;
  readonly content: Buffer;
}

/** One with this content. */
export function outputFile(file: string, content: Buffer): OutputFile {
  return { file, sha: createHash("sha1").update(content).digest("hex"), size: content.length, content };
}

export interface WebBuild {
  readonly limitMilliseconds: number;
  /** Folder of another checkout than the one that this process is in. */
  readonly project?: string;
  /** Plain variables of the web, which a build may put into what it makes. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Ends the build before its time, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Builds the web application into Vercel's Build Output form (version 3) and returns its files. The build runs in the
 * project's folder by the project's own script, into a folder that is gone afterwards.
 *
 * @throws Error with the end of what the build printed.
 */
export function buildWebOutput(build: WebBuild): Promise<readonly OutputFile[]> {
  return withOwnFolder(async (folder) => {
    await runBuild(join(folder, "output"), build);
    const entries = await readdir(join(folder, "output"), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return await Promise.all(
      files.sort().map(async (path) => {
        const name = `.vercel/${relative(folder, path).split(sep).join("/")}`;
        return outputFile(name, await readFile(path));
      }),
    );
  });
}

async function runBuild(
  output: string,
  { project = process.cwd(), limitMilliseconds, signal, variables }: WebBuild,
): Promise<void> {
  signal?.throwIfAborted();
  const build = spawn("npm", ["run", "--silent", "build:web", "--", "--out", output], {
    cwd: project,
    // The build sees no token and no secret: what it needs stands in the checkout and in the web's plain variables.
    env: { ...variables, PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limitMilliseconds,
    killSignal: "SIGKILL",
    shell: process.platform === "win32",
  });
  let printed = "";
  const keep = (chunk: Buffer): void => void (printed = (printed + chunk.toString()).slice(-16_000));
  build.stdout.on("data", keep);
  build.stderr.on("data", keep);
  // Told, not killed: npm hands it on to what it has started.
  const giveUp = (): void => void build.kill("SIGTERM");
  signal?.addEventListener("abort", giveUp);
  const end = await new Promise<number | string>((resolve, reject) => {
    build.once("error", reject);
    build.once("close", (status, killedBy) => resolve(status ?? killedBy ?? "an unknown end"));
  });
  signal?.removeEventListener("abort", giveUp);
  signal?.throwIfAborted();
  if (end !== 0)
    throw new Error(
      `npm run build:web ended with ${String(end)}: ${printed.trim().split("\n").slice(-15).join("\n")}`,
    );
}
