import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tripwireFor } from "./tripwire.ts";

const value = `sk/+?&="%\\ planted, with "signs"`;
const tripwire = tripwireFor([
  { name: "STRIPE_KEY", value },
  { name: "another", value: "a-value-that-nobody-has-said" },
]);

const ways: readonly (readonly [string, string, (text: string) => string])[] = [
  ["as it is", "raw", (text) => text],
  ["as JSON", "JSON", JSON.stringify],
  ["in a URL", "URL-encoded", encodeURIComponent],
  ["in a form", "URL-encoded", (text) => new URLSearchParams({ text }).toString()],
  ["in base64", "base64", (text) => Buffer.from(text).toString("base64")],
  ["in base64 for URLs", "base64", (text) => Buffer.from(text).toString("base64url")],
  ["in hex", "hex", (text) => Buffer.from(text).toString("hex")],
  ["in capital hex", "hex", (text) => Buffer.from(text).toString("hex").toUpperCase()],
];

describe("the tripwire", () => {
  it.each(ways)("finds a secret that stands %s, whatever stands around it", (_way, form, encode) => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (far, before, after) => {
        const told = tripwire.in("a log", `${far} ${encode(`${before}${value}${after}`)} ${far}`);
        expect(told).toContain(`a log: STRIPE_KEY, ${form}`);
        expect(told.join("\n")).not.toContain(value);
        expect(told.join("\n")).not.toContain("another");
      }),
    );
  });

  it("finds one at the very end, and none in half of one", () => {
    expect(tripwire.in("a log", value)).toEqual(["a log: STRIPE_KEY, raw"]);
    expect(tripwire.in("a log", value.slice(0, -1))).toEqual([]);
    expect(tripwire.in("a log", "")).toEqual([]);
  });

  it("looks into every file below a folder but the exceptions", () => {
    const folder = mkdtempSync(join(tmpdir(), "atlaris-tripwire-"));
    mkdirSync(join(folder, "logs"));
    for (const file of ["logs/app.log", "tokens.json"]) writeFileSync(join(folder, file), `x ${value}\n`);
    expect(tripwire.below(folder, { "tokens.json": "the tokens' own place" })).toEqual({
      leaks: ["logs/app.log: STRIPE_KEY, raw"],
      files: 1,
    });
    rmSync(folder, { recursive: true });
  });

  it("does not look for what is found everywhere", () => {
    expect(() => tripwireFor([{ name: "key", value: "short" }])).toThrow("key is too short to be looked for");
  });
});
