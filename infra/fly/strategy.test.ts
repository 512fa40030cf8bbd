import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Machine } from "./client.ts";
import { checkStrategy, possibleStrategy } from "./strategy.ts";

const running = (tag: string): Machine => ({
  id: tag,
  state: "started",
  region: "fra",
  image_ref: { repository: "images", tag },
});
const files = readdirSync(".").filter((name) => /^fly\..*\.toml$/.test(name));

describe("a strategy", () => {
  it("is bluegreen where all machines run one image, or there is none", () => {
    expect(possibleStrategy("bluegreen", [])).toBe("bluegreen");
    expect(possibleStrategy("bluegreen", [running("one"), running("one")])).toBe("bluegreen");
  });

  it("is rolling instead of bluegreen where they run several, and any other as it is wanted", () => {
    expect(possibleStrategy("bluegreen", [running("one"), running("two")])).toBe("rolling");
    expect(possibleStrategy("immediate", [running("one"), running("two")])).toBe("immediate");
  });

  it.each(files)("can be any with %s", (file) => {
    for (const strategy of ["immediate", "rolling", "canary", "bluegreen"] as const)
      expect(() => checkStrategy(strategy, readFileSync(file, "utf8"), file)).not.toThrow();
  });

  it("is not bluegreen without a health check, and neither canary nor bluegreen with a volume", () => {
    const bare = 'app = "a"\n';
    expect(() => checkStrategy("bluegreen", bare, "fly.toml")).toThrow("expected a health check");
    expect(() => checkStrategy("bluegreen", `${bare}[[http_service.checks]]\n`, "fly.toml")).not.toThrow();
    expect(() => checkStrategy("rolling", bare, "fly.toml")).not.toThrow();
    const mounted = `${bare}[checks.health]\n[mounts]\n`;
    expect(() => checkStrategy("canary", mounted, "fly.toml")).toThrow("expected no [mounts]");
    expect(() => checkStrategy("rolling", mounted, "fly.toml")).not.toThrow();
  });
});
