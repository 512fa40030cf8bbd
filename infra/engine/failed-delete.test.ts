import { afterEach, expect, it } from "vitest";
import { useTestApi } from "../shared/test-api.ts";
import { providerIn } from "./dispatch.ts";

let isThere = true;
let mayRead = true;
const { access, calls } = useTestApi(({ method, url }) => {
  if (method === "DELETE") return { status: 500, body: { code: "", message: "the server broke" } };
  if (!mayRead) return { status: 403, body: { code: "", message: "no" } };
  if (!isThere) return { status: 404, body: { code: "", message: "database app not found" } };
  return { status: 200, body: { database: { id: 1, branch_id: "br", name: "app", owner_name: "own", url } } };
});
const provider = providerIn(
  "neon/database",
  {
    context: {
      access: { neon: access, fly: { ...access, graphqlUrl: "" }, vercel: access, github: access },
      note: () => undefined,
    },
    enter: () => Promise.resolve(),
    enterDelete: () => undefined,
    failed: () => undefined,
  },
  () => undefined,
);
const remove = (): Promise<void> =>
  provider.delete("br/app", { projectId: "p", branchId: "br", name: "app", owner: "own", databaseId: 1 });
const refusal = /^Neon answered 500 to DELETE \/projects\/p\/branches\/br\/databases\/app: /;

afterEach(() => {
  [isThere, mayRead] = [true, true];
  calls.length = 0;
});

it("counts a thing as deleted that is gone though its deletion failed, so that the next rollout makes it again", async () => {
  isThere = false;
  await expect(remove()).resolves.toBeUndefined();
  expect(calls.map(({ method }) => method)).toEqual(["DELETE", "GET"]);
});

it("fails with the deletion's own call where the thing is still there, or nothing shows it", async () => {
  await expect(remove()).rejects.toThrow(refusal);
  mayRead = false;
  await expect(remove()).rejects.toThrow(refusal);
});
