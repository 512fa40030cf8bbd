import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openVercel } from "./client.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Vercel with one answer, and what it was sent. */
async function answering(status: number, answer: object) {
  const sent: { call: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      sent.push({ call: `${request.method ?? ""} ${request.url ?? ""}`, body: JSON.parse(text) });
      response.statusCode = status;
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const baseUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { vercel: await openVercel({ baseUrl, token: "t" }), sent };
}

const wanted = {
  ...{ teamId: "team_a", name: "web", project: "prj_a", files: [], meta: { atlarisSource: "1" } },
  env: { DATABASE_URL: "postgresql://pr" },
};

describe("creating a Vercel deployment", () => {
  it("sends the variables of this deployment, and no git metadata", async () => {
    const { vercel, sent } = await answering(200, { id: "dpl_a", url: "a.vercel.app", more: 1 });
    await expect(vercel.createDeployment(wanted)).resolves.toEqual({ id: "dpl_a", url: "a.vercel.app" });
    const { teamId: _team, ...body } = wanted;
    expect(sent).toEqual([
      {
        call: "POST /v13/deployments?teamId=team_a&skipAutoDetectionConfirmation=1",
        body: { ...body, projectSettings: { framework: null } },
      },
    ]);
  });

  it("is not repeated where Vercel fails, since a second one would be another deployment", async () => {
    const error = { code: "internal_server_error", message: "An unexpected error" };
    const { vercel, sent } = await answering(500, { error });
    await expect(vercel.createDeployment(wanted)).rejects.toThrow("An unexpected error");
    expect(sent).toHaveLength(1);
  });
});
