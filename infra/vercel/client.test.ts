import { describe, expect, it } from "vitest";
import type { TestAnswer } from "../shared/test-api.ts";
import { useTestApi } from "../shared/test-api.ts";
import { openVercel } from "./client.ts";

let answer: TestAnswer;
const { access, calls } = useTestApi(() => answer);

/** The client, for a Vercel with one answer. */
async function answering(status: number, body: object) {
  answer = { status, body };
  calls.length = 0;
  return openVercel(access);
}

const wanted = {
  ...{ teamId: "team_a", name: "web", project: "prj_a", files: [], meta: { rolloutSource: "1" } },
  env: { DATABASE_URL: "postgresql://pr" },
};

describe("creating a Vercel deployment", () => {
  it("sends the variables of this deployment, and no git metadata", async () => {
    const vercel = await answering(200, { id: "dpl_a", url: "a.vercel.app", more: 1 });
    await expect(vercel.createDeployment(wanted)).resolves.toEqual({ id: "dpl_a", url: "a.vercel.app" });
    const { teamId: _team, ...body } = wanted;
    expect(calls).toEqual([
      {
        method: "POST",
        url: "/v13/deployments?teamId=team_a&skipAutoDetectionConfirmation=1",
        body: { ...body, projectSettings: { framework: null } },
      },
    ]);
  });

  it("is not repeated where Vercel fails, since a second one would be another deployment", async () => {
    const error = { code: "internal_server_error", message: "An unexpected error" };
    const vercel = await answering(500, { error });
    await expect(vercel.createDeployment(wanted)).rejects.toThrow("An unexpected error");
    expect(calls).toHaveLength(1);
  });
});
