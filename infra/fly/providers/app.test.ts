import { describe, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { provider } from "./app.ts";

let created: number;
let left: number[];
const statuses: string[] = [];

const { access } = useTestApi(({ method, url }) => {
  const status = method === "POST" ? created : (left.shift() ?? 200);
  statuses.push(`${method} ${url} ${String(status)}`);
  return { status, body: status < 400 ? {} : { error: `status ${String(status)}` } };
});

/** Fly with one app, whose reads are answered with these statuses one after the other, then with 200. */
function flyWith(answers: { readonly created: number; readonly reads: readonly number[] }) {
  created = answers.created;
  left = [...answers.reads];
  statuses.length = 0;
  const fly = { ...access, graphqlUrl: access.baseUrl };
  return { access: { fly }, note: () => undefined } as unknown as ProviderContext;
}

const news = { name: "worker", organization: "personal" };
const reads = (...statuses: readonly (readonly [string, number])[]): string[] =>
  statuses.map(([path, status]) => `GET /v1/apps/worker${path} ${String(status)}`);

describe("a new Fly app", () => {
  it("is waited for while Fly answers 404 or 401 for it, whichever call is made", async () => {
    const context = flyWith({ created: 201, reads: [404, 401, 200, 404, 200, 200, 401] });
    await provider.create(news, context);
    expect(statuses).toEqual([
      "POST /v1/apps?wait=true 201",
      ...reads(["", 404], ["", 401], ["", 200], ["/secrets", 404]),
      ...reads(["", 200], ["/secrets", 200], ["/machines", 401]),
      ...reads(["", 200], ["/secrets", 200], ["/machines", 200]),
    ]);
  });

  it("is taken over where its create was not heard of, and shown later", async () => {
    const context = flyWith({ created: 422, reads: [404, 401] });
    await expect(provider.create(news, context)).resolves.toMatchObject({ id: "worker" });
  });

  it("is refused at once where another organization has its name", async () => {
    const context = flyWith({ created: 422, reads: [403, 403] });
    await expect(provider.create(news, context)).rejects.toThrow("worker is taken by another user");
    expect(statuses).toHaveLength(2);
  });

  it("fails for any other answer", async () => {
    const context = flyWith({ created: 201, reads: [400] });
    await expect(provider.create(news, context)).rejects.toThrow("fly answered 400");
  });
});
