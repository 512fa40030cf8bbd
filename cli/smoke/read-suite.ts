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
  return parseSuite(readYaml(path, `The suite ${file}`), file);
}

/** @throws UsageError where it cannot be read, or is no YAML. */
export function readYaml(path: string, what: string): unknown {
  try {
    // Its dates stay the text that they are.
    return load(readFileSync(path, "utf8"), { schema: CORE_SCHEMA });
  } catch (error) {
    throw new UsageError(`${what} cannot be read: ${(error as Error).message}`);
  }
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
