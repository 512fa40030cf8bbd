import { describe, expect, it } from "vitest";
import type { Machine } from "./client.ts";
import { possibleStrategy } from "./strategy.ts";

const running = (tag: string): Machine => ({
  id: tag,
  state: "started",
  region: "fra",
  image_ref: { repository: "images", tag },
});

describe("a strategy", () => {
  it("is bluegreen where all machines run one image, or there is none", () => {
    expect(possibleStrategy("bluegreen", [])).toBe("bluegreen");
    expect(possibleStrategy("bluegreen", [running("one"), running("one")])).toBe("bluegreen");
  });

  it("is rolling instead of bluegreen where they run several, and any other as it is wanted", () => {
    expect(possibleStrategy("bluegreen", [running("one"), running("two")])).toBe("rolling");
    expect(possibleStrategy("immediate", [running("one"), running("two")])).toBe("immediate");
  });
});
