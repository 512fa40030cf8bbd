import { describe, expect, it } from "vitest";
import type { JsonCall } from "../shared/json-api.ts";
import { ApiError, NoAnswer } from "../shared/json-api.ts";
import { addMachine } from "./add-machine.ts";
import type { Fly, Machine } from "./client.ts";

const refusal = (status: number, error: string, code?: string): ApiError =>
  new ApiError("fly", "POST /v1/apps/a/machines", status, { error, status: code }, undefined);
const proxyFailed = refusal(503, "upstream connect error");
const lostAnswer = new NoAnswer("fly did not answer POST /v1/apps/a/machines: ECONNRESET");
const nameTaken = refusal(409, "already_exists: unique machine name violation");

/** Each create ends with one of these; those marked were carried out before. */
function flyThat(...ends: readonly { readonly error?: Error; readonly isMade?: boolean }[]) {
  const made: Machine[] = [];
  let creates = 0;
  const answer = ({ method, body }: JsonCall): unknown => {
    if (method === "GET") return made;
    const { error, isMade = !error } = ends[creates] ?? {};
    creates += 1;
    const { name, region } = body as { name: string; region: string };
    const machine: Machine = { id: `m${String(creates)}`, name, region, state: "created" };
    if (isMade) made.push(machine);
    if (error) throw error;
    return machine;
  };
  const fly = ((call: JsonCall) => Promise.resolve().then(() => answer(call))) as Fly;
  const add = (limit = 60_000) => addMachine("a", { region: "fra", config: {} }, limit, fly);
  return { add, made, creates: () => creates };
}

describe("creating a machine", () => {
  it.each([
    ["a 503", proxyFailed],
    ["a lost answer", lostAnswer],
  ])("takes the one that was created before %s", async (_name, error) => {
    const { add, made, creates } = flyThat({ error, isMade: true });
    expect((await add()).id).toBe("m1");
    expect([made.length, creates()]).toEqual([1, 1]);
  });

  it("is repeated after a 503 that created none, and waits where only its name is known", async () => {
    const { add, made } = flyThat({ error: proxyFailed }, { error: nameTaken, isMade: true });
    expect((await add()).id).toBe("m2");
    expect(made).toHaveLength(1);
  });

  it("is repeated until Fly knows the version of the secrets", async () => {
    const error = refusal(412, "min_secrets_version 7 is not yet available on this app");
    const { add, creates } = flyThat({ error }, { error }, {});
    expect((await add()).id).toBe("m3");
    expect(creates()).toBe(3);
    await expect(flyThat({ error }).add(0)).rejects.toThrow(/last look found.*min_secrets_version 7/);
  });

  it.each([
    refusal(503, "no room", "insufficient_capacity"),
    refusal(412, "insufficient resources to create machine"),
  ])("fails at once where Fly has no capacity", async (error) => {
    const { add, creates } = flyThat({ error });
    await expect(add()).rejects.toThrow(/^Fly has no capacity in fra: .*rollout:fly\.machines$/);
    expect(creates()).toBe(1);
  });

  it("fails at once for any other refusal", async () => {
    const { add, creates } = flyThat({ error: refusal(400, "invalid config") });
    await expect(add()).rejects.toThrow("invalid config");
    expect(creates()).toBe(1);
  });
});
