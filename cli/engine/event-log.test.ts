import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { followLines } from "./event-log.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "shop-event-log-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("following the engine's event log", () => {
  it("gives each line when it is complete, and at the end what was written until then", async () => {
    const file = join(folder, "events");
    writeFileSync(file, "one\ntw");
    const ended = new AbortController();
    const lines = followLines(file, ended.signal);
    expect((await lines.next()).value).toBe("one");
    const second = lines.next();
    appendFileSync(file, "o — zwei\nthree\n");
    expect((await second).value).toBe("two — zwei");
    ended.abort();
    expect((await lines.next()).value).toBe("three");
    expect((await lines.next()).done).toBe(true);
  });

  it("takes a line that is longer than what is read at once, and letters that lie across", async () => {
    const file = join(folder, "events");
    const long = "ä".repeat(200_001);
    writeFileSync(file, `x${long}\n`);
    const ended = new AbortController();
    ended.abort();
    const lines: string[] = [];
    for await (const line of followLines(file, ended.signal)) lines.push(line);
    expect(lines).toEqual([`x${long}`]);
  });
});
