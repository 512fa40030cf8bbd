import { describe, expect, it } from "vitest";
import { useTestApi } from "../shared/test-api.ts";
import { isTakenAddress } from "./taken-address.ts";

let status: number;
const { access } = useTestApi(() => ({ status }));

/** Whether the address is taken, where Vercel's API and the address itself answer so. */
function taken(
  api: number,
  site: Response | undefined,
  domain = "shop.vercel.app",
): Promise<boolean | undefined> {
  status = api;
  const look: typeof fetch = () => (site ? Promise.resolve(site) : Promise.reject(new Error("no route")));
  return isTakenAddress(access, "team_a", domain, look);
}

const free = (): Response =>
  new Response("", { status: 404, headers: { "x-vercel-error": "DEPLOYMENT_NOT_FOUND" } });

describe("an address under vercel.app", () => {
  it.each([404, 403])(
    "is taken where the team has no such alias (%i) and another site answers",
    async (status) => {
      expect(await taken(status, new Response("hello"))).toBe(true);
      expect(await taken(status, new Response("", { status: 401 }))).toBe(true);
    },
  );

  it("is not taken where it is the team's own, or has no owner", async () => {
    expect(await taken(200, new Response("hello"))).toBe(false);
    expect(await taken(404, free())).toBe(false);
  });

  it("is neither taken nor free where that cannot be seen", async () => {
    expect(await taken(404, undefined)).toBeUndefined();
    expect(await taken(400, new Response("hello"))).toBeUndefined();
  });

  it("is none where the domain is another one, which may answer from elsewhere before it is live", async () => {
    expect(await taken(404, new Response("hello"), "shop.example")).toBe(false);
  });
});
