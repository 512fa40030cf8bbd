import { createHash } from "node:crypto";
import { posix } from "node:path";
import { z } from "zod";
import type { RecordedCall } from "./recorded-call.ts";
import type { Upload } from "./requests.ts";

const deployment = z.object({ files: z.array(z.object({ file: z.string(), sha: z.string() })) });

/** Contents of uploads to Vercel, which no recording has: such that the emulator can deploy them. */
export interface Uploads {
  /** In place of a file, by the digest that the recording names; undefined for any other call. */
  of(call: RecordedCall): Upload | undefined;
  /** All that a deployment names: the real Vercel had some of an earlier one. */
  filesOf(call: RecordedCall): readonly Upload[];
  /** Digests of the recording with those of the contents in their place. */
  readonly digests: ReadonlyMap<string, string>;
}

export function openUploads(calls: readonly RecordedCall[]): Uploads {
  const contents = new Map<string, string>();
  for (const call of calls)
    for (const { file, sha, others } of filesIn(call)) contents.set(sha, contentOf(file, others));
  const uploadOf = (sha: string): Upload => {
    const content = contents.get(sha) ?? `replayed ${sha}\n`;
    return {
      content,
      headers: { "x-vercel-digest": sha1(content), "content-type": "application/octet-stream" },
    };
  };
  return {
    of: ({ method, url, headers }) => {
      if (method !== "POST" || !/^\/v2\/(now\/)?files$/.test(url.pathname)) return undefined;
      const sha = headers.get("x-vercel-digest") ?? headers.get("x-now-digest");
      return sha === null ? undefined : uploadOf(sha);
    },
    filesOf: (call) => filesIn(call).map(({ sha }) => uploadOf(sha)),
    digests: new Map([...contents].map(([sha, content]) => [sha, sha1(content)])),
  };
}

interface UploadedFile {
  readonly file: string;
  readonly sha: string;
  readonly others: readonly string[];
}

function filesIn({ method, url, body }: RecordedCall): readonly UploadedFile[] {
  if (method !== "POST" || !/^\/v1[23]\/(now\/)?deployments$/.test(url.pathname)) return [];
  const parsed = deployment.safeParse(body.kind === "json" ? body.json : undefined);
  const files = parsed.data?.files ?? [];
  return files.map(({ file, sha }) => ({ file, sha, others: files.map((each) => each.file) }));
}

/** The smallest that Vercel's Build Output API takes for a file of this name. */
function contentOf(file: string, others: readonly string[]): string {
  const name = posix.basename(file);
  if (file === ".vercel/output/config.json") return '{"version":3}';
  if (name !== ".vc-config.json") return `replayed ${file}\n`;
  const folder = posix.dirname(file);
  const handler = others.find((each) => posix.dirname(each) === folder && each !== file);
  const config = {
    runtime: "nodejs22.x",
    handler: posix.basename(handler ?? "index.mjs"),
    launcherType: "Nodejs",
  };
  return JSON.stringify(config);
}

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");
