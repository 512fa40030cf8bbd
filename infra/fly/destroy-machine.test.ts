import { describe, expect, it } from "vitest";
import type { JsonCall } from "../shared/json-api.ts";
import { ApiError } from "../shared/json-api.ts";
import type { Fly } from "./client.ts";
import { destroyMachine } from "./destroy-machine.ts";

/** A machine on which another client holds a lease for so many stops. */
function leased(refusals: number): { fly: Fly; calls: string[] } {
  const calls: string[] = [];
  let left = refusals;
  const answer = ({ method, path }: JsonCall): unknown => {
    calls.push(`${method} ${path.split("/").at(-1) ?? ""}`);
    if (path.endsWith("/stop") && left > 0) {
      left -= 1;
      throw new ApiError("fly", `POST ${path}`, 409, { error: "lease currently held by a@b" }, undefined);
    }
    return { state: "stopped" };
  };
  return { calls, fly: ((call: JsonCall) => Promise.resolve().then(() => answer(call))) as Fly };
}

describe("taking a machine away", () => {
  it("waits for the lease that a killed deployment holds", async () => {
    const { fly, calls } = leased(2);
    await destroyMachine("a", "m1", { limitMilliseconds: 5_000 }, fly);
    expect(calls).toEqual(["POST stop", "POST stop", "POST stop", "GET m1", "DELETE m1?force=true"]);
  });

  it("names the holder of the machine when that does not end", async () => {
    const { fly, calls } = leased(100);
    await expect(destroyMachine("a", "m1", { limitMilliseconds: 200 }, fly)).rejects.toThrow(
      /waited 0\.2 s for the lease of machine m1 to end.*held by a@b/,
    );
    expect(calls).not.toContain("DELETE m1?force=true");
  });
});
