import { describe, expect, it } from "vitest";
import { useTestApi } from "../shared/test-api.ts";
import { imageDigest, pushedImageDigest } from "./registry.ts";

const reference = "registry.fly.io/worker:content-1";
const prose = { data: null, errors: [{ message: `Could not find image "${reference}"` }] };
const found = { data: { app: { image: { digest: "sha256:1" } } } };

let answers: readonly object[];
const api = useTestApi(() => ({
  status: 200,
  body: answers[Math.min(api.calls.length, answers.length) - 1],
}));

/** Access to a GraphQL API that gives these answers one after the other, the last one again and again. */
function answering(...given: object[]) {
  answers = given;
  api.calls.length = 0;
  return { ...api.access, graphqlUrl: api.access.baseUrl };
}

const limits = { limitMilliseconds: 60_000, signal: new AbortController().signal };

describe("Fly's registry", () => {
  it.each([
    ["prose alone", prose],
    ["prose with another code", { errors: [{ ...prose.errors[0], extensions: { code: "UNPROCESSABLE" } }] }],
    ["a code", { data: null, errors: [{ message: "no such thing", extensions: { code: "NOT_FOUND" } }] }],
    ["no image", { data: { app: { image: null } } }],
  ])("does not have an image where it answers with %s", async (_name, answer) => {
    const access = answering(answer);
    await expect(imageDigest(access, "worker", reference)).resolves.toBeUndefined();
  });

  it("reports any other error", async () => {
    const access = answering({ data: null, errors: [{ message: "the registry is away" }] });
    await expect(imageDigest(access, "worker", reference)).rejects.toThrow("the registry is away");
  });

  it("is asked again for an image that was just pushed", async () => {
    const access = answering(prose, { data: { app: { image: null } } }, found);
    await expect(pushedImageDigest(access, "worker", reference, limits)).resolves.toBe("sha256:1");
    expect(api.calls).toHaveLength(3);
  });

  it("is asked within a limit alone", async () => {
    const access = answering(prose);
    await expect(
      pushedImageDigest(access, "worker", reference, { ...limits, limitMilliseconds: 0 }),
    ).rejects.toThrow(`to show ${reference}, which flyctl built and pushed; the last look found`);
  });
});
