import { describe, expect, it } from "vitest";
import { collect } from "./collect.ts";
import { counter, gauge, histogram, single } from "./samples.ts";
import type { MetricSource } from "./source.ts";
import { NotReadable } from "./source.ts";

const good: MetricSource = {
  name: "good",
  read: () => Promise.resolve([gauge("things", "Things", [{ labels: { kind: 'a"b' }, value: 3 }])]),
};
const failing = (name: string, error: Error): MetricSource => ({ name, read: () => Promise.reject(error) });

describe("metrics of several sources", () => {
  it("have the environment as a label, and are escaped", async () => {
    const { text } = await collect([good], { environment: "staging" }, 5_000);
    expect(text).toContain("# HELP things Things\n# TYPE things gauge\n");
    expect(text).toContain('things{kind="a\\"b",environment="staging"} 3');
    expect(text).toContain('rollout_source_up{source="good",environment="staging"} 1');
  });

  it("are given although one source fails, which is down and has the reason", async () => {
    const sources = [failing("bad", new Error("fly answered 500")), good];
    const { text, faults } = await collect(sources, {}, 5_000);
    expect(text).toContain('rollout_source_up{source="bad"} 0');
    expect(text).toContain('rollout_source_up{source="good"} 1');
    expect(text).toContain("things{");
    expect([...faults]).toEqual([["bad", "fly answered 500"]]);
  });

  it("are given although one source never answers", async () => {
    const silent: MetricSource = { name: "silent", read: () => new Promise(() => undefined) };
    const { text, faults } = await collect([silent, good], {}, 20);
    expect(text).toContain('rollout_source_up{source="silent"} 0');
    expect(text).toContain("things{");
    expect(faults.get("silent")).toContain("was not over within 0.02 s");
  });

  it("have no value of a source that this user may not read", async () => {
    const { text, faults } = await collect(
      [failing("runners", new NotReadable("no right")), good],
      {},
      5_000,
    );
    expect(text).not.toContain('source="runners"');
    expect(faults.get("runners")).toBe("no right");
  });
});

describe("a metric", () => {
  it("without a value is absent, not 0", async () => {
    const source: MetricSource = {
      name: "one",
      read: () =>
        Promise.resolve([
          single("known", "Known", undefined),
          gauge("none", "None", []),
          counter("none_total", "None", []),
          histogram("none_seconds", "None", [1], []),
        ]),
    };
    const { text } = await collect([source], {}, 5_000);
    expect(text.split("\n").filter((line) => /^(known|none)/.test(line))).toEqual([]);
  });

  it("counts every value in the buckets of a histogram", async () => {
    const read = [
      { labels: { kind: "x" }, value: 5 },
      { labels: { kind: "x" }, value: 70 },
    ];
    const source: MetricSource = {
      name: "one",
      read: () => Promise.resolve([histogram("time_seconds", "Time", [10, 60], read)]),
    };
    const { text } = await collect([source], {}, 5_000);
    expect(text).toContain('time_seconds_bucket{le="10",kind="x"} 1');
    expect(text).toContain('time_seconds_bucket{le="60",kind="x"} 1');
    expect(text).toContain('time_seconds_bucket{le="+Inf",kind="x"} 2');
    expect(text).toContain('time_seconds_sum{kind="x"} 75');
  });
});
