import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { copyHolder } from "./copy-home.ts";

it("copies a home in which no database was created yet", async () => {
  const folder = mkdtempSync(join(tmpdir(), "atlaris-copy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const place = (name: string): { home: string; postgres: string } => ({
    home: join(folder, name),
    postgres: join(folder, name, "postgres"),
  });
  mkdirSync(place("from").home);
  writeFileSync(join(place("from").home, "tokens.json"), "{}");
  let copied = 0;
  await copyHolder(place("from"), place("to"), { copied: () => void (copied += 1) });
  expect(copied).toBe(1);
  expect(readFileSync(join(place("to").home, "tokens.json"), "utf8")).toBe("{}");
});
