import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ResourceState } from "../engine/preview-report.ts";
import { testLog } from "./report-fixture.ts";
import { keepLog, readLogs } from "./rollout-log.ts";
import { collectSpans } from "./step-spans.ts";
import { seenTimeline, stateTimeline, waitsOf } from "./timeline.ts";

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
});

describe("what a command has seen of the steps", () => {
  it("has each from its beginning to its end, a replaced one twice, and what was still running", () => {
    let time = 5_000;
    const collector = collectSpans(() => time);
    const at = (milliseconds: number): number => (time = 5_000 + milliseconds);
    at(1000);
    collector.take({ kind: "started", step: "image", action: "replaced" });
    at(1500);
    collector.take({ kind: "started", step: "web", action: "updated" });
    collector.take({ kind: "line", step: "web", line: "building" });
    at(4000);
    collector.take({ kind: "done", step: "image", action: "replaced", seconds: 3 });
    collector.take({ kind: "started", step: "image", action: "old one deleted" });
    at(4500);
    collector.take({ kind: "failed", step: "image", action: "old one deleted", seconds: 0.5 });
    at(6000);
    const { spans, seconds } = collector.timing();
    expect(seconds).toBe(6);
    expect(spans).toEqual([
      { name: "image", action: "replaced", begun: 1, seconds: 3, outcome: "done" },
      { name: "web", action: "updated", begun: 1.5, seconds: 4.5, outcome: "running" },
      { name: "image", action: "old one deleted", begun: 4, seconds: 0.5, outcome: "failed" },
    ]);
  });

  it("is kept for the user alone, and read again without what is no log", () => {
    folder = mkdtempSync(join(tmpdir(), "rollout-log-"));
    keepLog(folder, testLog(3));
    writeFileSync(join(folder, "4.json"), '{"schema": 9}');
    writeFileSync(join(folder, "5.json"), '{"schem');
    expect(readLogs(folder)).toEqual(new Map([[3, testLog(3)]]));
    expect(statSync(join(folder, "3.json")).mode & 0o777).toBe(0o600);
    expect(readLogs(join(folder, "missing")).size).toBe(0);
  });

  it("is held against the median of the rollouts before, and against none after it", () => {
    const logs = new Map([1, 2, 3, 4].map((number) => [number, testLog(number, number)]));
    const timeline = seenTimeline(testLog(3, 3), logs);
    expect(timeline.steps.find(({ name }) => name === "smoke")).toMatchObject({
      seconds: 1.4 * 3,
      expected: 1.4 * 1.5,
      isCritical: true,
    });
    expect(seenTimeline(testLog(1), logs).steps.every(({ expected }) => expected === undefined)).toBe(true);
  });
});

describe("what the stack's state still shows of a rollout", () => {
  const begin = Date.parse("2026-01-02T00:00:00Z");
  const resource = (name: string, second: number, ...after: readonly string[]): ResourceState => ({
    urn: urnOf(name),
    type: "pulumi-nodejs:dynamic/fly:Deployment",
    custom: true,
    dependencies: after.map(urnOf),
    modified: new Date(begin + second * 1000).toISOString(),
  });
  const urnOf = (name: string): string => `urn:pulumi:staging::shop::type::${name}`;

  it("is the steps that ran in it, from the end of what they waited for", () => {
    const timeline = stateTimeline({
      resources: [resource("image", 12), resource("worker", 15, "image"), resource("older", -3600)],
      begun: [begin - 3_700_000, begin],
      from: begin,
      to: begin + 16_000,
    });
    expect(timeline).toMatchObject({ seconds: 16, source: "state", critical: { seconds: 15 } });
    expect(timeline?.steps.map(({ name, begun, seconds }) => [name, begun, seconds])).toEqual([
      ["image", 0, 12],
      ["worker", 12, 3],
    ]);
  });

  it("is nothing once all of them have run again", () => {
    const resources = [resource("image", 500), resource("worker", 510, "image")];
    const of = { resources, begun: [begin, begin + 490_000], from: begin, to: begin + 16_000 };
    expect(stateTimeline(of)).toBeUndefined();
  });

  it("names what each waits for, over others too", () => {
    expect(waitsOf([resource("a", 1), resource("b", 2, "a"), resource("c", 3, "b")])).toEqual({
      a: [],
      b: ["a"],
      c: ["b", "a"],
    });
  });
});
