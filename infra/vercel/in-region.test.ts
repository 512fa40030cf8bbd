import { expect, it } from "vitest";
import { outputFile } from "./output-file.ts";
import { inRegion } from "./in-region.ts";

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
