import { createHash } from "node:crypto";

/** One file of an upload, as Vercel wants to hear of it: its content is sent apart, named by its SHA-1. */
export interface OutputFile {
  /** Path in the deployment, with forward slashes. */
  readonly file: string;
  readonly sha: string;
  readonly size: number;
  /** As `stat` gives it; of a symbolic link alone, whose content is where it leads. */
  readonly mode?: number;
  readonly content: Buffer;
}

/** One with this content. */
export function outputFile(file: string, content: Buffer): OutputFile {
  return { file, sha: createHash("sha1").update(content).digest("hex"), size: content.length, content };
}
