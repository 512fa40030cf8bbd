import { beforeEach, describe, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { previewsOnNeon } from "../preview/on-neon.ts";
import { requireRoom } from "../rollout/rehearsal/database-branch.ts";
import type { TestAnswer } from "../shared/test-api.ts";
import { useTestApi } from "../shared/test-api.ts";
import { branchLimit } from "./branch-limit.ts";
import { openNeon } from "./client.ts";

let owner: { readonly branches_limit: number } | undefined;
let user: TestAnswer;
const branches = Array.from({ length: 12 }, (_, at) => ({ id: `b${String(at)}`, name: `b${String(at)}` }));
const project = { id: "p", name: "shop" };

const { access } = useTestApi(({ url }) => {
  if (url.startsWith("/users/me")) return user;
  if (url.startsWith("/projects/p/branches")) return { status: 200, body: { branches } };
  if (url.startsWith("/projects/p")) return { status: 200, body: { project: { ...project, owner } } };
  return { status: 200, body: { projects: [project] } };
});

const ofUser = (limit: number): TestAnswer => ({ status: 200, body: { branches_limit: limit } });
/** What the key of an organization gets: neon-pkgs, packages/sdk/e2e/errors.e2e.test.ts. */
const notAllowed: TestAnswer = {
  status: 404,
  body: { request_id: "r", code: "", message: "not allowed for organization API keys" },
};

beforeEach(() => {
  owner = undefined;
  user = notAllowed;
});

describe("the limit of branches", () => {
  it.each<[string, number | undefined, TestAnswer, number | undefined]>([
    ["the project's, with an organization's key", 10, notAllowed, 10],
    ["the project's, with a personal key", 10, ofUser(20), 10],
    ["the user's, where the project has none", undefined, ofUser(20), 20],
    ["unknown, where neither has one", undefined, notAllowed, undefined],
    ["none on a paid plan, as the project reports it", -1, notAllowed, undefined],
    ["none on a paid plan, as the user reports it", undefined, ofUser(-1), undefined],
    ["none where it is 0", 0, ofUser(0), undefined],
  ])("is %s", async (_name, ofProject, answer, limit) => {
    owner = ofProject === undefined ? undefined : { branches_limit: ofProject };
    user = answer;
    const neon = await openNeon(access);
    expect(await branchLimit(neon, "p")).toBe(limit);
    const { limit: room } = await previewsOnNeon(
      { neon: { project: "shop" } } as never,
      { neon: access } as unknown as CloudAccess,
    );
    expect(room).toBe(limit);
    const check = requireRoom(neon, "p");
    if (limit === 10)
      await expect(check).rejects.toThrow("has 12 branches, and the account's plan allows 10");
    else await expect(check).resolves.toBeUndefined();
  });
});
