import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { shopSettings } from "../../stacks/settings/test-application.ts";
import type { Session } from "../command.ts";
import { exitStatus } from "../exit-status.ts";
import { UsageError } from "../usage-error.ts";
import { rollback } from "./rollback.ts";

/** What was done, in order; the engine's part is tested over the sandbox. */
const done: string[] = [];
let freezes: () => number = () => exitStatus.done;

vi.mock("./freeze.ts", () => ({
  freeze: {
    run: (_session: Session, words: readonly string[]) => {
      done.push(`freeze ${words.join(" ")}`);
      return Promise.resolve().then(() => freezes());
    },
  },
}));
vi.mock("../roll-out.ts", () => ({
  rollOut: ({ environment }: Session, { again }: { again: string }) => {
    done.push(`${again} at ${String(environment["ROLLOUT_RELEASE"])}`);
    return Promise.resolve({ status: exitStatus.done, outputs: {} });
  },
}));
vi.mock("../history/recorded.ts", () => ({
  readRecorded: () =>
    Promise.resolve({
      attempts: [testAttempt(2, "b"), testAttempt(1, "a")],
      settings: shopSettings("staging"),
      place: { owner: "o", repository: "r", environment: "staging", records: {} },
    }),
}));
vi.mock("../../rollout.config.ts", async () => ({
  application: (await import("../../stacks/settings/test-application.ts")).shop,
}));

let said = "";
const session = {
  checkout: join(import.meta.dirname, "..", ".."),
  environment: {},
  ...{ out: { write: () => true }, err: { write: (text: string) => ((said += text), true) } },
} as unknown as Session;
const run = (...words: readonly string[]) => rollback.run(session, ["--stack", "staging", ...words]);

beforeEach(() => {
  done.length = 0;
  said = "";
  freezes = () => exitStatus.done;
});

describe("a rollback with a trigger", () => {
  it.each(["health", "security"])("freezes first and rolls everything back for %s", async (trigger) => {
    expect(await run("--trigger", trigger, "--only", "web")).toBe(exitStatus.done);
    expect(done).toEqual([
      `freeze --stack staging --reason rolled back to #1: ${trigger}`,
      "bin/rollout rollback --stack staging --to 1 at 1",
    ]);
    expect(said).toContain(`For ${trigger}, everything is rolled back, and not web alone.`);
  });

  it.each(["performance", "business", "manual"])(
    "rolls the part back that is named for %s",
    async (trigger) => {
      expect(await run("--trigger", trigger, "--only", "web")).toBe(exitStatus.done);
      expect(done).toEqual(["bin/rollout rollback --stack staging --to 1 --only web at 1"]);
    },
  );

  it.each<[string, () => number]>([
    ["fails", () => exitStatus.failed],
    [
      "has no key",
      () => {
        throw new UsageError("no key to sign the record of staging with");
      },
    ],
  ])("goes on where the freeze %s", async (_name, failing) => {
    freezes = failing;
    expect(await run("--trigger", "health")).toBe(exitStatus.done);
    expect(done).toHaveLength(2);
    expect(said).toContain("It is not frozen, and is rolled back anyway.");
  });

  it("knows no others", async () => {
    await expect(run("--trigger", "weather")).rejects.toThrow(
      "bin/rollout rollback: --trigger is weather; expected one of health, security, performance, business, manual",
    );
  });
});
