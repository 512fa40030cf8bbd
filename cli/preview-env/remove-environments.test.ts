import type { Leftover } from "@rollout/infra/preview/leftover";
import { LeftoverStays } from "@rollout/infra/preview/leftover";
import { beforeEach, describe, expect, it } from "vitest";
import { removeEnvironments } from "./remove-environments.ts";

/** The clouds as a list of things. */
let clouds: Leftover[];
let held: string[];

function put(what: string, pullRequest = 1, change: Partial<Leftover> = {}): void {
  const remove = async (): Promise<void> => {
    clouds = clouds.filter((each) => each.what !== what);
  };
  clouds.push({ cloud: "fly", what, pullRequest, remove, ...change });
}

const lease = {
  assertHeld: () => held.push(`held while ${clouds.map(({ what }) => what).join(", ")} is there`),
  forget: async () => void held.push("forgotten"),
};

/** Removes; before the look of a number, what stands there happens at the clouds. */
const remove = (happens: Readonly<Record<number, () => void>> = {}, pullRequests = [1]) => {
  let looks = 0;
  return removeEnvironments({
    look: async () => {
      looks += 1;
      happens[looks]?.();
      return [...clouds];
    },
    leases: new Map(pullRequests.map((each) => [each, lease])),
    print: () => undefined,
    pauseMilliseconds: 0,
  });
};

beforeEach(() => {
  [clouds, held] = [[], []];
  put("app worker");
  put("lease of pr-1", 1, { cloud: "github", isLease: true });
});

describe("the removal of environments", () => {
  it("removes the lease last, while it is held", async () => {
    const { gone, failures } = await remove();
    expect({ gone, failures, clouds, held }).toEqual({
      gone: [1],
      failures: [],
      clouds: [],
      held: ["held while lease of pr-1 is there", "forgotten"],
    });
  });

  it.each([2, 3])("removes what a killed run's call makes before look %d", async (number) => {
    const { removed } = await remove({ [number]: () => put("branch pr-1") });
    expect(removed.map(({ what }) => what)).toEqual(["app worker", "branch pr-1", "lease of pr-1"]);
    expect(clouds).toEqual([]);
  });

  it("leaves what belongs to another environment", async () => {
    put("app of another", 2);
    await remove();
    expect(clouds.map(({ what }) => what)).toEqual(["app of another"]);
  });

  it("keeps the lease of one that fails, which names it to the next sweep, and removes the others", async () => {
    put("branch pr-2", 2, { remove: () => Promise.reject(new Error("it has children")) });
    put("lease of pr-2", 2, { isLease: true });
    const { gone, failures } = await remove({}, [1, 2]);
    expect(gone).toEqual([1]);
    expect(failures).toEqual(["fly: branch pr-2 is still there: it has children"]);
    expect(clouds.map(({ what }) => what)).toEqual(["branch pr-2", "lease of pr-2"]);
  });

  it("ends with what the token may not remove, and tries it once", async () => {
    const tried: string[] = [];
    const stays = (): Promise<void> => {
      tried.push("environment pr-1");
      return Promise.reject(new LeftoverStays("no right"));
    };
    put("environment pr-1", 1, { remove: stays });
    const { gone, failures } = await remove();
    expect({ gone, failures, tried }).toEqual({ gone: [1], failures: [], tried: ["environment pr-1"] });
    expect(clouds.map(({ what }) => what)).toEqual(["environment pr-1"]);
  });

  it("leaves a lease that another rollout has taken over", async () => {
    const lost = { assertHeld: () => expect.fail("taken over"), forget: async () => undefined };
    const { gone, failures } = await removeEnvironments({
      look: async () => [...clouds],
      leases: new Map([[1, lost]]),
      print: () => undefined,
      pauseMilliseconds: 0,
    });
    expect({ gone, failures }).toEqual({ gone: [], failures: ["taken over"] });
    expect(clouds.map(({ what }) => what)).toEqual(["lease of pr-1"]);
  });

  it("ends with the command to run where something makes it again and again", async () => {
    const happens = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at, () => put("app worker")]));
    const { gone, failures } = await remove(happens);
    expect(gone).toEqual([]);
    expect(failures).toEqual([expect.stringContaining("then: bin/rollout preview-env down 1")]);
  });
});
