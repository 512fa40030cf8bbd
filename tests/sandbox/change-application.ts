import type { Checkout } from "./checkout.ts";

/** The parts of the application that a release can change on their own, and a module that only that part is built from. */
const entries = {
  worker: "src/workers/entries/worker.ts",
  regenerator: "src/workers/entries/regenerator.ts",
  web: "src/api/vercel.ts",
} as const;

/**
 * Makes parts of the application differ from every release before, without changing what they do. Each mark gives another
 * build. The statement is added in front, so that it depends on no text of the application.
 */
export function changeApplication(
  checkout: Checkout,
  mark: string,
  ...parts: readonly (keyof typeof entries)[]
): void {
  for (const part of parts) {
    const file = entries[part];
    const others = checkout
      .read(file)
      .split("\n")
      .filter((line) => !line.startsWith("Object.assign(globalThis, { release:"));
    const statement = `Object.assign(globalThis, { release: ${JSON.stringify(mark)} });`;
    checkout.write(file, [statement, ...others].join("\n"));
  }
}
