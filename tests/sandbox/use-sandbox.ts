import { afterAll, beforeAll } from "vitest";
import { makeCheckout } from "./checkout.ts";
import { openSandbox } from "./sandbox.ts";
import type { Environment, PreparedName } from "./prepared.ts";
import { openPrepared, preparationLimit } from "./prepared.ts";

export type SandboxOfTests = Environment;

/**
 * A checkout and a sandbox of their own for the tests of a file or a chapter, removed after the last of them. Both can be
 * named at once and used as soon as the first test, or a `beforeAll` below, runs.
 *
 * @param options.from what is rolled out there already; absent: nothing.
 */
export function useSandbox(options: { readonly from?: PreparedName } = {}): SandboxOfTests {
  let made: SandboxOfTests | undefined;
  beforeAll(async () => {
    if (options.from !== undefined) {
      made = await openPrepared(options.from);
      return;
    }
    const checkout = makeCheckout();
    made = { checkout, sandbox: openSandbox(checkout.root) };
  }, preparationLimit);
  afterAll(async () => {
    // A checkout that stays behind would be half a gigabyte of links.
    try {
      await made?.sandbox.close();
    } finally {
      made?.checkout.remove();
    }
  });
  const later = <Name extends keyof SandboxOfTests>(name: Name): SandboxOfTests[Name] =>
    new Proxy({} as SandboxOfTests[Name], {
      get: (_target, key) => {
        if (!made) throw new Error(`the ${name} is made before the first test, and this runs earlier`);
        return Reflect.get(made[name], key) as unknown;
      },
    });
  return { checkout: later("checkout"), sandbox: later("sandbox") };
}
