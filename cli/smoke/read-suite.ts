import { readFileSync } from "node:fs";
import { CORE_SCHEMA, load } from "js-yaml";
import { UsageError } from "../usage-error.ts";
import { formFaults, suiteFaults } from "./suite-faults.ts";
import type { Suite } from "./suite-schema.ts";
import { suiteSchema } from "./suite-schema.ts";

/**
 * Reads a suite.
 *
 * @param file as the user named it.
 * @throws UsageError with every fault that the file has.
 */
export function readSuite(path: string, file: string): Suite {
  let value: unknown;
  try {
    // Its dates stay the text that they are.
    value = load(readFileSync(path, "utf8"), { schema: CORE_SCHEMA });
  } catch (error) {
    throw new UsageError(`The suite ${file} cannot be read: ${(error as Error).message}`);
  }
  return parseSuite(value, file);
}

/** @throws UsageError with every fault. */
export function parseSuite(value: unknown, file: string): Suite {
  const parsed = suiteSchema.safeParse(value);
  const faults = parsed.success ? suiteFaults(parsed.data) : formFaults(parsed.error.issues);
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new UsageError(
    `The suite ${file} is invalid (docs/smoke-suites.md):\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
  );
}
