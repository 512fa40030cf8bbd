import { useTestApi } from "@rollout/infra/shared/test-api";
import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { shopSettings } from "../../stacks/settings/test-application.ts";
import type { Session } from "../command.ts";
import type { OpenWatch } from "./open-watch.ts";
import type { RollBackArgs, RolledBack } from "./roll-back.ts";
import { rollBack } from "./roll-back.ts";
import type { Seen } from "./sources/source.ts";
import type { Plan } from "./strategy.ts";
import { strategyFor } from "./strategy.ts";
import type { TestClock } from "./test-clock.ts";
import { testClock } from "./test-clock.ts";
import type { Kind } from "./verdict.ts";

/** What was done, in order, each behind the second at which it began. */
const done: string[] = [];
let clock: TestClock = testClock();
const note = (what: string): void => void done.push(`${String(clock.now() / 1000)} s: ${what}`);

/** How long each command takes and how it ends, one entry a call; the last one stays. */
const commands = { freeze: [[1, 0]], rollback: [[20, 0]] } as Record<string, [number, number][]>;
async function runs(name: string, words: readonly string[]): Promise<number> {
  note([name, ...words.slice(2).filter((word) => word !== "why")].join(" "));
  const calls = commands[name] ?? [];
  const [seconds, status] = (calls.length > 1 ? calls.shift() : calls[0]) ?? [0, 0];
  await clock.advance(seconds);
  return status;
}
function named(name: string) {
  return { run: (_session: Session, words: readonly string[]) => runs(name, words) };
}
vi.mock("../commands/freeze.ts", () => ({ freeze: named("freeze") }));
vi.mock("../commands/rollback.ts", () => ({ rollback: named("rollback") }));
/** What the application does while half of its machines are stopped. */
let look: () => Promise<Seen> = () => Promise.resolve({});
vi.mock("./open-watch.ts", () => ({
  openWatch: () =>
    Promise.resolve({
      watched: { parts: [], measured: [], counted: ["orders"] },
      sources: [{ look: () => look() }],
    }),
}));

let machines: Record<string, string> = {};
let isFlyDown = false;
const { access } = useTestApi(({ method, url }) => {
  if (isFlyDown) return { status: 400, body: { error: "out of order" } };
  const [, app, id, what] = /apps\/([^/]+)\/machines(?:\/([^/]+)\/(\w+))?/.exec(url) ?? [];
  if (id !== undefined && method === "POST") {
    note(`${String(what)} ${id}`);
    machines[id] = what === "stop" ? "stopped" : "started";
    return { status: 200, body: { ok: true } };
  }
  const config = { metadata: { fly_platform_version: "v2" } };
  const own = Object.entries(machines).filter(([name]) => name.startsWith(app?.split("-")[1] ?? "?"));
  return { status: 200, body: own.map(([name, state]) => ({ id: name, state, region: "fra", config })) };
});

const counted = (count: number) => () =>
  Promise.resolve({ business: [{ name: "orders", windowSeconds: 300, count, expected: 100 }] });

let printed = "";
const late: string[] = [];
const interrupt = { now: new AbortController() };
beforeEach(() => {
  done.length = late.length = 0;
  [clock, look, machines, isFlyDown, printed] = [testClock(), counted(10), {}, false, ""];
  interrupt.now = new AbortController();
  Object.assign(commands, { freeze: [[1, 0]], rollback: [[20, 0]] });
});

/** Rolls back what was condemned at second 0. */
function rolledBack(kind: Kind, only?: string, changed = {}): Promise<RolledBack> {
  const strategy = strategyFor([kind]);
  if (!strategy) throw new Error(`no strategy for ${kind}`);
  const plan: Plan = { ...strategy, ...(only === undefined ? {} : { only }) };
  const settings = shopSettings("staging", changed);
  const recorded = { settings, access: { fly: access } };
  const opened = { live: testAttempt(2, "b"), recorded } as unknown as OpenWatch;
  const session = { err: { write: (text: string) => (printed += text) } } as unknown as Session;
  const args: RollBackArgs = {
    ...{ stack: "staging", json: false, plan, reason: "why", interrupted: interrupt.now.signal },
    ...{ clock, begunAt: 0, watchClock: clock.moving, onLate: (what: string) => late.push(what) },
  };
  return rollBack(session, opened, args);
}

describe("an immediate rollback", () => {
  it("freezes first, and is in time where it begins within 30 s, however long it takes", async () => {
    commands["rollback"] = [[200, 0]];
    expect(await rolledBack("health")).toMatchObject({
      ...{ result: "rolled back", isFrozen: true, isInTime: true, beganAfterSeconds: 1, seconds: 201 },
    });
    expect(done).toEqual(["0 s: freeze --reason", "1 s: rollback"]);
    expect(late).toEqual([]);
  });

  it("begins after 30 s though the freeze has no answer yet, reports that, and whether it is frozen in the end", async () => {
    commands["freeze"] = [[100, 0]];
    expect(await rolledBack("security")).toMatchObject({
      ...{ result: "rolled back", isFrozen: true, isInTime: false, beganAfterSeconds: 30, seconds: 100 },
    });
    expect(done).toEqual(["0 s: freeze --reason", "30 s: rollback"]);
    expect(late).toEqual([
      "the environment is not frozen after 30 s, the limit of the strategy immediate; the rollback begins without waiting for that",
    ]);
  });

  it.each([
    ["is frozen then", 0, true],
    ["is not frozen, where that fails too", 1, false],
  ])("tries a freeze that failed once more afterwards, and %s", async (_name, second, isFrozen) => {
    commands["freeze"] = [
      [1, 1],
      [1, second],
    ];
    expect(await rolledBack("health")).toMatchObject({ result: "rolled back", isFrozen, isInTime: true });
    expect(done).toEqual(["0 s: freeze --reason", "1 s: rollback", "21 s: freeze --reason"]);
  });
});

describe("a fast rollback", () => {
  it.each([
    [119, true],
    [121, false],
  ])("that takes %i s of its 120 s: in time %s, and is never broken off", async (seconds, isInTime) => {
    commands["rollback"] = [[seconds, 0]];
    expect(await rolledBack("performance", "web")).toMatchObject({
      result: "rolled back",
      isInTime,
      seconds,
    });
    expect(done).toEqual(["0 s: rollback --only web"]);
    expect(late).toEqual(
      isInTime ? [] : ["the rollback is not done after 120 s, the limit of the strategy fast; it goes on"],
    );
  });

  it("rolls everything back where the part alone cannot be", async () => {
    commands["rollback"] = [
      [20, 1],
      [30, 0],
    ];
    expect(await rolledBack("performance", "web")).toMatchObject({
      ...{ result: "rolled back", isWidened: true, isInTime: true, seconds: 50 },
    });
    expect(done).toEqual(["0 s: rollback --only web", "20 s: rollback"]);
  });

  it("begins no other where Ctrl-C ended the first", async () => {
    commands["rollback"] = [[20, 130]];
    interrupt.now.abort();
    expect(await rolledBack("performance", "web")).toMatchObject({ result: "rollback failed" });
    expect(done).toEqual(["0 s: rollback --only web"]);
  });
});

describe("a gradual rollback", () => {
  const several = { worker1: "started", worker2: "started", worker3: "started", mailer1: "started" };

  it("stops half of the machines, watches a window, and starts them again where the figures recover", async () => {
    machines = { ...several };
    look = counted(90);
    expect(await rolledBack("business")).toMatchObject({ result: "recovered", isInTime: true, seconds: 330 });
    expect(done).toEqual(["0 s: stop worker3", "330 s: start worker3"]);
    expect(machines).toEqual(several);
    expect(printed).toBe("Stopped worker3; watching on with half of the machines.\n");
  });

  it("rolls everything back where they do not", async () => {
    machines = { ...several };
    expect(await rolledBack("business")).toMatchObject({
      ...{ result: "rolled back", isInTime: true, beganAfterSeconds: 330, seconds: 350 },
    });
    expect(done).toEqual(["0 s: stop worker3", "330 s: rollback"]);
  });

  it("watches a single machine on, and stops none", async () => {
    machines = { worker1: "started" };
    expect(await rolledBack("business")).toMatchObject({ result: "rolled back", beganAfterSeconds: 330 });
    expect(done).toEqual(["330 s: rollback"]);
    expect(printed).toContain("Every worker has one machine, so that none is stopped");
  });

  describe("of workers on Railway, which stops no single replica", () => {
    const services = { worker: "shop-worker-service", mailer: "shop-mailer-service" };
    const railway = { project: "p", environment: "e", services };
    const onRailway = (...workers: readonly string[]): object => ({
      railway,
      workers: Object.fromEntries(workers.map((worker) => [worker, { host: "railway" }])),
    });

    it("prints that, and rolls back at once", async () => {
      expect(await rolledBack("business", undefined, onRailway("worker", "mailer"))).toMatchObject({
        ...{ result: "rolled back", beganAfterSeconds: 0 },
      });
      expect(done).toEqual(["0 s: rollback"]);
      expect(printed).toBe(
        "Railway stops no single replica of a deployment: shop-worker-service, shop-mailer-service work on with all.\n",
      );
    });

    it("stops half of the machines of the others, and names what goes on", async () => {
      machines = { ...several };
      look = counted(90);
      expect(await rolledBack("business", undefined, onRailway("mailer"))).toMatchObject({
        result: "recovered",
      });
      expect(done).toEqual(["0 s: stop worker3", "330 s: start worker3"]);
      expect(printed).toContain("shop-mailer-service works on with all.");
    });
  });

  it("rolls back after 480 s though a look has no answer, and is late where it takes more than 120 s from there", async () => {
    look = async () => (await clock.advance(700), {});
    commands["rollback"] = [[121, 0]];
    expect(await rolledBack("business")).toMatchObject({
      ...{ result: "rolled back", isInTime: false, beganAfterSeconds: 480 },
    });
    expect(late).toEqual([
      "the rollback is not done after 600 s, the limit of the strategy gradual; it goes on",
    ]);
  });

  it("rolls back at once where Fly stops no machine", async () => {
    isFlyDown = true;
    expect(await rolledBack("business")).toMatchObject({ result: "rolled back", beganAfterSeconds: 0 });
    expect(printed).toContain("With fewer machines it could not be watched: ");
  });

  it("rolls back at once where Ctrl-C ends the watch", async () => {
    look = () => (interrupt.now.abort(), counted(90)());
    expect(await rolledBack("business")).toMatchObject({ result: "rolled back", beganAfterSeconds: 0 });
  });
});
