import { join } from "node:path";
import { defineConfig } from "vitest/config";
import base from "../../vitest.config.mts";
import { unitFiles } from "./unit-files.mts";

const root = join(import.meta.dirname, "..", "..");

// `npm run test:unit`: what runs without a sandbox.
export default defineConfig(async () => ({
  ...base,
  root,
  test: { ...base.test, include: [...(await unitFiles(root))], provide: { measuresCoverage: false } },
}));
