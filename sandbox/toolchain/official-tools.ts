import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../user-error.ts";
import type { Progress } from "./progress.ts";

/** A tool of a vendor, of which one version is known by the digest of its archive. */
export interface OfficialTool {
  readonly name: "flyctl" | "github";
  readonly version: string;
  /** The file in the archive that is run. */
  readonly executable: string;
  /** By platform and processor, as Node names them. */
  readonly archives: Readonly<Record<string, { readonly url: string; readonly sha256: string }>>;
}

/** docs/decisions/official-tools.md lists who publishes each digest, and why there are no others. */
export const officialTools: readonly OfficialTool[] = [
  {
    name: "flyctl",
    version: "0.4.111",
    executable: "flyctl",
    archives: {
      "linux-x64": {
        url: "https://github.com/superfly/flyctl/releases/download/v0.4.111/flyctl_0.4.111_Linux_x86_64.tar.gz",
        sha256: "1878d7fb1f8a418039042cf0749e4b7216c6c7018b66ae10611a64c2b6d9aa9e",
      },
    },
  },
  {
    name: "github",
    version: "6.15.0",
    executable: "pulumi-resource-github",
    archives: {
      "linux-x64": {
        url: "https://get.pulumi.com/releases/plugins/pulumi-resource-github-v6.15.0-linux-amd64.tar.gz",
        sha256: "52c99833ab7c5ee567a0ec06731038aee436be4d5dabd0b717aacda1e39bee7f",
      },
    },
  },
];

const variable = "SANDBOX_TOOLS";
const downloadLimitMilliseconds = 10 * 60_000;
const unpackLimitMilliseconds = 60_000;

/**
 * The tools that the user wants from their vendors: `SANDBOX_TOOLS=github`, or `official` for all. None by default.
 *
 * @throws UserError that lists what there is.
 */
export function wantedTools(environment: NodeJS.ProcessEnv): readonly OfficialTool[] {
  const words = (environment[variable] ?? "").split(",").filter(Boolean);
  const known = [...officialTools.map(({ name }) => name), "official"];
  const unknown = words.filter((word) => !known.some((each) => each === word));
  if (unknown.length > 0)
    throw new UserError(`${variable} takes ${known.join(", ")}, and got ${unknown.join(", ")}.`, 2);
  return officialTools.filter(({ name }) => words.includes(name) || words.includes("official"));
}

/** Where a tool is in the cache, once it is there. */
export function cachedTool({ name, version, executable }: OfficialTool, cache: string): string | undefined {
  const file = join(cache, `${name}-${version}-official`, executable);
  return existsSync(file) ? file : undefined;
}

/** Puts each tool into the cache that is not there; prints a line why one cannot be had, so that the sandbox's own runs. */
export async function getOfficialTools(
  cache: string,
  progress: Progress,
  tools: readonly OfficialTool[],
  platform = `${process.platform}-${process.arch}`,
): Promise<void> {
  mkdirSync(cache, { recursive: true });
  for (const tool of tools) {
    if (cachedTool(tool, cache)) continue;
    const what = `official ${tool.name} ${tool.version}`;
    progress.say(`Getting ${what} (once a machine, kept in ${cache})`);
    const reason = await progress.during(
      () => "downloading",
      () => download(tool, cache, platform),
    );
    if (reason !== undefined) progress.say(`  no ${what} (${reason}); the sandbox's own runs instead`);
  }
}

/** Downloads, compares, unpacks; gives why there is nothing. What does not have the digest is never unpacked. */
async function download(tool: OfficialTool, cache: string, platform: string): Promise<string | undefined> {
  const archive = tool.archives[platform];
  if (!archive) return `no digest of it is known for ${platform}`;
  const next = mkdtempSync(join(cache, `${tool.name}-next-`));
  try {
    const response = await fetch(archive.url, { signal: AbortSignal.timeout(downloadLimitMilliseconds) });
    if (!response.ok) return `${archive.url} answers ${String(response.status)}`;
    const content = Buffer.from(await response.arrayBuffer());
    const found = createHash("sha256").update(content).digest("hex");
    if (found !== archive.sha256) return `${archive.url} has the digest ${found}, expected ${archive.sha256}`;
    const file = join(next, "archive.tar.gz");
    writeFileSync(file, content);
    await promisify(execFile)("tar", ["-xzf", file, "-C", next], { timeout: unpackLimitMilliseconds });
    rmSync(file);
    chmodSync(join(next, tool.executable), 0o755);
    renameSync(next, join(cache, `${tool.name}-${tool.version}-official`));
    return undefined;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    // Another command has put it there by now.
    if (cachedTool(tool, cache)) return undefined;
    return `${new URL(archive.url).host} does not answer: ${cause?.code ?? message}`;
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}
