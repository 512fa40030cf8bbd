import type { OutputFile } from "./output-file.ts";
import { outputFile } from "./output-file.ts";

/** The file in which a function of a prebuilt output says how it runs (Build Output API, version 3). */
const functionConfig = /\.func\/\.vc-config\.json$/;

/**
 * The output with functions that run in this region alone. Without one Vercel runs them in `iad1`, or wherever the project's
 * settings say, and each query of a page would cross an ocean.
 */
export function inRegion(files: readonly OutputFile[], region: string): readonly OutputFile[] {
  return files.map((file) => {
    if (!functionConfig.test(file.file)) return file;
    const config = JSON.parse(file.content.toString()) as object;
    return outputFile(file.file, Buffer.from(JSON.stringify({ ...config, regions: [region] })));
  });
}
