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

/** The file in which a function of a prebuilt output declares how it runs (Build Output API, version 3). */
const functionConfig = /\.func\/\.vc-config\.json$/;

/**
 * The output with functions that run in this region alone. Without one Vercel runs them in `iad1`, or wherever the project's
 * settings set, and each query of a page would cross an ocean.
 */
export function inRegion(files: readonly OutputFile[], region: string): readonly OutputFile[] {
  return files.map((file) => {
    if (!functionConfig.test(file.file)) return file;
    const config = JSON.parse(file.content.toString()) as object;
    return outputFile(file.file, Buffer.from(JSON.stringify({ ...config, regions: [region] })));
  });
}

/** Of one deployment (vercel/terraform-provider-vercel#289, vercel.com/docs/limits). */
const mostFiles = 15_000;

/** @throws Error before anything is uploaded, where Vercel would refuse a deployment of so many files. */
export function checkFileCount(count: number): void {
  if (count <= mostFiles) return;
  throw new Error(
    `the web's build has ${String(count)} files, and Vercel takes ${String(mostFiles)} in a deployment at most: ` +
      "leave out those that the web does not serve",
  );
}
