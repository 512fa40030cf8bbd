import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { useTestApi } from "../shared/test-api.ts";
import type { Sources } from "./test-clouds.ts";
import { TestClouds } from "./test-clouds.ts";
import { referenceOf, stepCount, TestStack } from "./test-steps.ts";
import { noteReached, refusePartialRun } from "./this-run.ts";

let clouds: TestClouds;
// flyctl is a program of its own; the same sequences run with it and with the engine in a test of rollouts.
vi.mock("../fly/flyctl.ts", () => ({
  flyctl: async (words: readonly string[]) => {
    clouds.flyctl(words);
    return "";
  },
}));
const { access } = useTestApi((call) => clouds.answer(call));

beforeAll(() => {
  for (const name of ["NEON_API_KEY", "FLY_ACCESS_TOKEN", "VERCEL_API_TOKEN", "GITHUB_TOKEN"])
    vi.stubEnv(name, "t");
  for (const name of ["FLY_FLAPS_BASE_URL", "FLY_API_BASE_URL", "VERCEL_API_URL"])
    vi.stubEnv(name, access.baseUrl);
  for (const step of ["rollout/gate", "rollout/attempt"]) noteReached(step);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const parts = ["web", "worker", "mailer", "recipe"] as const;
const apps = ["worker", "mailer"] as const;
const kill = fc.record({ step: fc.nat(stepCount - 1), tookEffect: fc.boolean() });

/** What can happen to an environment. Numbers choose among what there is at that moment. */
const event = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("commit" as const), part: fc.constantFrom(...parts) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("up" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("up --target" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("refresh" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("killed up" as const), kill }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rollback" as const), to: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        ...([
          "another image",
          "a stop",
          "a machine deleted",
          "another address",
          "a tag pushed again",
        ] as const),
      ),
      app: fc.constantFrom(...apps),
      choice: fc.nat(),
    }),
  },
);
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

const at = <Value>(values: readonly Value[], number: number): Value | undefined =>
  values[number % values.length];

class World {
  readonly stack = new TestStack(() => new URL(access.baseUrl).host);
  readonly released: Sources[] = [];
  /** Digest of the image that each release on record has. */
  readonly #recorded = new Map<string, string | undefined>();
  #marks = 0;

  async meet(happened: Event): Promise<void> {
    switch (happened.kind) {
      case "commit":
        this.#marks += 1;
        clouds.checkout = { ...clouds.checkout, [happened.part]: `${happened.part}${String(this.#marks)}` };
        return;
      case "up":
        return this.rollOut(clouds.checkout);
      case "rollback":
        return this.rollOut(at(this.released, happened.to) ?? clouds.checkout);
      case "up --target":
        expect(() => refusePartialRun(["--target"])).toThrow("nothing was changed");
        return;
      case "refresh":
        return this.stack.refresh();
      case "killed up":
        clouds.buildWeb();
        await this.stack.up(clouds.checkout, happened.kill);
        return;
      default:
        this.changeOutOfBand(happened);
    }
  }

  /** A run that ends well claims that everything runs what was wanted. */
  async rollOut(wanted: Sources): Promise<void> {
    const reference = referenceOf(wanted);
    // The gate refuses it (pushed-again.test.ts).
    if (this.#recorded.has(reference) && clouds.held(reference) !== this.#recorded.get(reference)) return;
    clouds.buildWeb();
    expect(await this.stack.up(wanted)).toBe(true);
    this.#recorded.set(reference, clouds.held(reference));
    for (const app of apps) {
      const machines = clouds.machines.get(app) ?? [];
      expect(machines).toHaveLength(1);
      for (const { digest, state } of machines) {
        const { [app]: source, recipe } = clouds.builtOf.get(digest) ?? {};
        expect({ app, source, recipe }).toEqual({ app, source: wanted[app], recipe: wanted.recipe });
        expect(state).toBe("started");
      }
    }
    expect(clouds.sourceAtAddress()).toBe(wanted.web);
    this.released.push(wanted);
  }

  changeOutOfBand({ kind, app, choice }: Extract<Event, { readonly app: unknown }>): void {
    const machines = clouds.machines.get(app) ?? [];
    const images = [...clouds.machines.values()].flat().map(({ image }) => image);
    const references = [...this.#recorded.keys()];
    if (kind === "another address") clouds.address = at(clouds.deployments(), choice);
    if (kind === "a tag pushed again") {
      // Of a tag that is on no record it cannot be known.
      const reference = at(references, choice);
      const wrong = { web: "x", worker: "x", mailer: "x", recipe: "x" };
      if (reference !== undefined) clouds.push(reference, wrong);
    }
    for (const machine of machines) {
      if (kind === "another image") clouds.run(machine, at(images, choice) ?? machine.image);
      if (kind === "a stop") machine.state = "stopped";
      if (kind === "a machine deleted") clouds.machines.set(app, []);
    }
  }
}

it(
  "runs what was wanted after each rollout that ended well, whatever happened before",
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 2, maxLength: 12, size: "max" }), async (events) => {
        clouds = new TestClouds({
          web: "web",
          worker: "worker",
          mailer: "mailer",
          recipe: "recipe",
        });
        const world = new World();
        await world.rollOut(clouds.checkout);
        for (const each of events) await world.meet(each);
        await world.rollOut(clouds.checkout);
      }),
      { numRuns: 200 },
    );
  },
);
