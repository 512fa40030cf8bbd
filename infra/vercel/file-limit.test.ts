import { expect, it } from "vitest";
import { checkFileCount } from "./file-limit.ts";

it("rejects a build with more files than Vercel takes in a deployment", () => {
  expect(() => checkFileCount(15_000)).not.toThrow();
  expect(() => checkFileCount(15_001)).toThrow(
    "the web's build has 15001 files, and Vercel takes 15000 in a deployment at most",
  );
});
