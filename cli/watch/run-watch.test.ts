import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import { beforeEach, expect, it, vi } from "vitest";
import { shopSettings } from "../../stacks/settings/test-application.ts";
import type { Session } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import type { OpenWatch } from "./open-watch.ts";
import { runWatch } from "./run-watch.ts";
import type { Performance } from "./sample.ts";
import type { Source } from "./sources/source.ts";
import { testClock } from "./test-clock.ts";

/** What was done, in order; the engine's part is tested over the sandbox (tests/sandbox/watch.test.ts). */
const done: string[] = [];
const state = {
  newest: 2,
  isRecordDown: false,
  previous: true,
  rollsBack: 0,
  takes: 1,
  source: (): Source => good(),
};
let clock = testClock();

vi.mock("../commands/freeze.ts", () => ({
  freeze: {
    run: (_session: Session, words: readonly string[]) => (done.push(`freeze ${words.join(" ")}`), 0),
  },
}));
vi.mock("../commands/rollback.ts", () => ({
  rollback: {
    run: async (_session: Session, words: readonly string[]) => {
      done.push(`rollback ${words.join(" ")}`);
      await clock.advance(state.takes);
      return state.rollsBack;
    },
  },
}));
vi.mock("../notify/notifier.ts", () => ({
  openNotifier: () =>
    Promise.resolve({
      notify: ({ event, severity }: { event: string; severity: string }, channels: readonly string[]) => {
        done.push(`${event} ${severity} ${channels.join(",")}`);
        return Promise.resolve([{ channel: "slack", event, outcome: "delivered", tries: 1 }]);
      },
    }),
}));
vi.mock("../record-writer.ts", () => ({ recordWriter: () => ({}) }));
vi.mock("@rollout/infra/rollout/records/keep", () => ({
  enterNote: (_writer: object, { event }: { event: string }) => Promise.resolve(done.push(`note ${event}`)),
}));
vi.mock("../history/recorded.ts", () => ({
  readRecorded: () =>
    state.isRecordDown
      ? Promise.reject(new Error("github did not answer GET /graphql: ECONNREFUSED"))
      : Promise.resolve({ attempts: [testAttempt(state.newest, "b"), testAttempt(1, "a")] }),
}));
vi.mock("./open-watch.ts", () => ({ openWatch: () => Promise.resolve(opened()) }));

function opened(): OpenWatch {
  const settings = shopSettings("staging", {
    watch: { everySeconds: 1, health: { failures: 1 }, performance: { violations: 1 } },
  });
  const place = { owner: "o", repository: "r", environment: "staging", records: {} };
  const live = testAttempt(2, "b");
  return {
    live,
    previous: state.previous ? testAttempt(1, "a") : undefined,
    watched: { parts: ["web", "worker"], measured: ["web"], counted: [] },
    sources: [state.source()],
    recorded: { settings, place, attempts: [live] } as unknown as OpenWatch["recorded"],
  };
}

const figures: Performance = {
  ...{ part: "web", source: "s", windowSeconds: 300, requests: 500, errors: 0, p95: 0.1, p99: 0.2 },
};
const healthOf = (part: string, isGood: boolean) => ({
  part,
  isGood,
  seen: isGood ? "well" : "ill",
  restarts: [],
});
const source = (isGood: boolean, performance: readonly Performance[]): Source => ({
  look: () => Promise.resolve({ health: [healthOf("web", true), healthOf("worker", isGood)], performance }),
});
const good = (): Source => source(true, [figures]);

let printed = "";
const session = {
  ...{ checkout: ".", environment: {} },
  out: { write: (text: string) => ((printed += text), true) },
  err: { write: () => true, isTTY: false },
} as unknown as Session;

beforeEach(() => {
  done.length = 0;
  printed = "";
  clock = testClock();
  Object.assign(state, {
    newest: 2,
    isRecordDown: false,
    previous: true,
    rollsBack: 0,
    takes: 1,
    source: good,
  });
});

const run = (more: { rollsBack?: boolean } = {}) =>
  runWatch(session, { stack: "staging", forSeconds: 1, json: true, rollsBack: true, clock, ...more });
const end = (): Record<string, unknown> =>
  JSON.parse(printed.trim().split("\n").at(-1) ?? "{}") as Record<string, unknown>;

it("does nothing about a release that passes", async () => {
  expect(await run()).toBe(exitStatus.done);
  expect(done).toEqual([]);
  expect(end()).toMatchObject({ kind: "end", result: "pass", verdict: "pass", findings: [], number: 2 });
});

it("freezes and then rolls everything back for a failing health, and notifies the pager", async () => {
  state.source = () => source(false, [{ ...figures, errors: 100 }]);
  expect(await run()).toBe(exitStatus.rolledBack);
  expect(done.toSorted()).toEqual([
    expect.stringMatching(
      /^freeze --stack staging --json --reason release #2 was condemned: .*health of worker ill/,
    ),
    "note condemned",
    "opened critical pagerDuty,slack,mail,webhook,issue",
    "resolved critical pagerDuty,slack,mail,webhook,issue",
    "rollback --stack staging --json",
  ]);
  expect(done.findIndex((each) => each.startsWith("freeze"))).toBeLessThan(
    done.findIndex((each) => each.startsWith("rollback")),
  );
  expect(end()).toMatchObject({
    ...{ result: "rolled back", isFrozen: true },
    plan: { name: "immediate", limitSeconds: 30 },
    deliveries: [{ event: "opened" }, { event: "resolved" }],
  });
});

it("rolls the part alone back that is slow, and freezes nothing", async () => {
  state.source = () => source(true, [{ ...figures, p95: 3 }]);
  expect(await run()).toBe(exitStatus.rolledBack);
  expect(done.toSorted()).toEqual([
    "note condemned",
    "opened error slack,mail,webhook,issue",
    "resolved error slack,mail,webhook,issue",
    "rollback --stack staging --json --only web",
  ]);
});

it("notifies those of an immediate rollback where another is late, goes on, and notifies all of its end", async () => {
  Object.assign(state, { takes: 121, source: () => source(true, [{ ...figures, p95: 3 }]) });
  expect(await run()).toBe(exitStatus.rolledBack);
  expect(done.filter((each) => each.includes("slack"))).toEqual([
    "opened error slack,mail,webhook,issue",
    "escalated critical slack,mail,webhook,issue,pagerDuty",
    "resolved error slack,mail,webhook,issue,pagerDuty",
  ]);
  expect(end()).toMatchObject({ result: "rolled back", isInTime: false, seconds: 121 });
  expect(printed).toContain(
    "The rollback is not done after 120 s, the limit of the strategy fast; it goes on. See: bin/rollout status --stack staging",
  );
});

it("says that the rollback failed, of the part and of everything, to those of an immediate one too, and resolves nothing", async () => {
  Object.assign(state, { rollsBack: 1, source: () => source(true, [{ ...figures, p95: 3 }]) });
  expect(await run()).toBe(exitStatus.notRolledBack);
  expect(end()).toMatchObject({
    result: "rollback failed",
    deliveries: [{ event: "opened" }, { event: "escalated" }],
  });
});

it.each([
  ["it only judges", { rollsBack: false }, {}, exitStatus.failed, "--no-rollback"],
  [
    "no earlier release worked",
    {},
    { previous: false },
    exitStatus.failed,
    "there is no earlier release that worked",
  ],
  [
    "another rollout has begun",
    {},
    { newest: 3 },
    exitStatus.inconclusive,
    "another rollout (#3) has begun since: bin/rollout watch --stack staging judges that one",
  ],
])("rolls nothing back where %s", async (_name, more, changed, status, why) => {
  Object.assign(state, { source: () => source(true, [{ ...figures, p95: 3 }]), ...changed });
  expect(await run(more)).toBe(status);
  expect(done.filter((each) => each.startsWith("rollback"))).toEqual([]);
  expect(end()).toMatchObject({ why });
});

it("notifies of a condemned release that it cannot roll back while the record is not read, and what helps", async () => {
  Object.assign(state, { isRecordDown: true, source: () => source(true, [{ ...figures, p95: 3 }]) });
  expect(await run()).toBe(exitStatus.notRolledBack);
  expect(done).toEqual([
    "opened error slack,mail,webhook,issue",
    "escalated critical slack,mail,webhook,issue,pagerDuty",
  ]);
  expect(end()).toMatchObject({
    result: "rollback failed",
    why: "github did not answer GET /graphql: ECONNREFUSED. Where GitHub is down: bin/rollout rollback --without-github --stack staging --yes-without-lease --reason TEXT",
  });
});

it("is inconclusive where nothing was measured, and notifies no one", async () => {
  state.source = () => source(true, []);
  expect(await run()).toBe(exitStatus.inconclusive);
  expect(done).toEqual([]);
  expect(end()).toMatchObject({
    result: "inconclusive",
    problems: [{ what: expect.any(String) as string }],
  });
});
