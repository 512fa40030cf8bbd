import { expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { deploymentMeta } from "../names.ts";
import { provider } from "./deployment.ts";

const listed = (uid: string, source: string): object => ({
  ...{ uid, url: `${uid}.vercel.app`, name: "web", projectId: "prj_a", created: 1, state: "READY" },
  ...{ type: "LAMBDAS", inspectorUrl: null, creator: { uid: "u" } },
  meta: { [deploymentMeta.source]: source, [deploymentMeta.variables]: "v" },
});
/** Newest first: the release that is wanted is behind a page of later ones. */
const { access, calls } = useTestApi(({ url }) => ({
  status: 200,
  body: url.includes("until=7")
    ? { deployments: [listed("dpl_old", "wanted")], pagination: { count: 1, next: null, prev: null } }
    : { deployments: [listed("dpl_new", "other")], pagination: { count: 1, next: 7, prev: null } },
}));

it("finds the deployment of an earlier release behind a page of later ones, and builds nothing", async () => {
  const news = {
    ...{ projectId: "prj_a", projectName: "web", team: "team_a", waitSeconds: 1 },
    ...{ sourceDigest: "wanted", variablesDigest: "v" },
  };
  const context = { access: { vercel: access } } as unknown as ProviderContext;
  await expect(provider.create(news, context)).resolves.toMatchObject({ id: "dpl_old" });
  expect(calls.map(({ method }) => method)).toEqual(["GET", "GET"]);
});
