import { expect, it } from "vitest";
import { checkFileCount, inRegion, outputFile } from "./output-file.ts";

it("places every function, and leaves other files as they are", () => {
  const config = { runtime: "nodejs22.x", handler: "index.mjs" };
  const name = ".vercel/output/functions/api.func/.vc-config.json";
  const other = outputFile(".vercel/output/static/.vc-config.json", Buffer.from("{}"));
  const [placed, same] = inRegion([outputFile(name, Buffer.from(JSON.stringify(config))), other], "fra1");
  expect(JSON.parse(placed?.content.toString() ?? "")).toEqual({ ...config, regions: ["fra1"] });
  // Vercel looks the content up by what it is called here.
  expect(placed).toEqual(outputFile(name, placed?.content ?? Buffer.of()));
  expect(same).toBe(other);
});

it("rejects a build with more files than Vercel takes in a deployment", () => {
  expect(() => checkFileCount(15_000)).not.toThrow();
  expect(() => checkFileCount(15_001)).toThrow(
    "the web's build has 15001 files, and Vercel takes 15000 in a deployment at most",
  );
});
