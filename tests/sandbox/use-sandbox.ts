import { afterAll, beforeAll } from "vitest";
import type { Checkout } from "./checkout.ts";
import { makeCheckout } from "./checkout.ts";
import type { Sandbox } from "./sandbox.ts";
import { openSandbox } from "./sandbox.ts";

export interface SandboxOfTests {
  readonly checkout: Checkout;
  readonly sandbox: Sandbox;
}

/**
 * A checkout and a sandbox of their own for the tests of a file or a chapter, taken away after the last of them. Both can be
 * named at once and used as soon as the first test, or a `beforeAll` below, runs.
 */
export function useSandbox(): SandboxOfTests {
  let made: SandboxOfTests | undefined;
  beforeAll(() => {
    const checkout = makeCheckout();
    made = { checkout, sandbox: openSandbox(checkout.root) };
  });
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
