import { describe, expect, it, vi, onTestFinished } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { provider } from "./api-key.ts";

const context = {} as ProviderContext;

describe("a key of the API", () => {
  it("is the only one that is valid when it is made, and when it is replaced without an overlap", async () => {
    const { outputs } = await provider.create({ version: "1" }, context);
    expect(outputs.keys).toBe(outputs.key);
    expect(outputs.key).toMatch(/^[\w-]{43}$/);
    const next = await provider.update?.("key-1", outputs, { version: "2" }, context);
    expect(next?.key).not.toBe(outputs.key);
    expect(next?.keys).toBe(next?.key);
  });

  it("leaves the one before valid for the overlap, and the one before that not", async () => {
    vi.useFakeTimers({ now: new Date("2026-03-01T12:00:00Z") });
    onTestFinished(() => void vi.useRealTimers());
    const first = { version: "1", key: "first-key", keys: "first-key" };
    const second = await provider.update?.("key-1", first, { version: "2", overlapMinutes: 60 }, context);
    expect(second?.keys).toBe(`${second?.key ?? ""},first-key;until=2026-03-01T13:00:00.000Z`);
    const third = await provider.update?.(
      "key-1",
      second ?? first,
      { version: "3", overlapMinutes: 60 },
      context,
    );
    expect(third?.keys).not.toContain("first-key");
    expect(third?.keys).toContain(`,${second?.key ?? ""};until=`);
  });

  it("changes with its version alone, not with the overlap of the next rotation", async () => {
    const olds = { version: "1", key: "a", keys: "a" };
    expect(await provider.differs?.(olds, { version: "1", overlapMinutes: 5 }, context)).toBe(false);
    expect(await provider.differs?.(olds, { version: "2" }, context)).toBe(true);
  });
});
