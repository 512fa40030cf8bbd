import { beforeEach, describe, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { deploymentMeta } from "../names.ts";
import type { DeploymentInputs } from "./deployment.ts";
import { provider } from "./deployment.ts";

const sha = "a".repeat(40);
const meta = (more: object = {}): object => ({
  ...{ [deploymentMeta.source]: "wanted", [deploymentMeta.variables]: "v", [deploymentMeta.region]: "fra1" },
  ...more,
});
/** Deployments of the project, by id. */
let deployments: Readonly<Record<string, object>>;
const { access, calls } = useTestApi(({ url }) => {
  const [, id = "", files] = /^\/v(?:13|6)\/deployments\/(\w+)(\/files)?/.exec(url) ?? [];
  const found = deployments[id];
  if (!found) return { status: 404, body: { error: { code: "not_found", message: "" } } };
  if (files === undefined)
    return { status: 200, body: { id, url: `${id}.vercel.app`, readyState: "READY", ...found } };
  const file = { name: "x.js", type: "file", mode: 33188, uid: sha };
  return { status: 200, body: [{ name: "src", type: "directory", mode: 16877, children: [file] }] };
});
beforeEach(() => void (calls.length = 0));

const inputs: DeploymentInputs = {
  ...{ projectId: "prj_a", projectName: "web", team: "team_a", waitSeconds: 1 },
  ...{ sourceDigest: "wanted", variablesDigest: "v", region: "fra1" },
};
const create = (more: Partial<DeploymentInputs>) =>
  provider.create({ ...inputs, ...more }, {
    access: { vercel: access },
    note: () => undefined,
  } as unknown as ProviderContext);
const recorded = (...ids: readonly string[]) => ids.map((deploymentId) => ({ deploymentId }));

/** What a create ends with that finds none: it has no command to build with. */
const builds = /no command builds the web/;

describe("a deployment that was live before", () => {
  it("is taken again by its id in the record, with its files, and none is built", async () => {
    deployments = { gone: meta(), dpl_old: { meta: meta() } };
    const [old] = recorded("dpl_old");
    const files = { "x.js": sha };
    await expect(
      create({ recorded: [...recorded("dpl_gone"), { deploymentId: "dpl_old", ...old, files }] }),
    ).resolves.toMatchObject({ id: "dpl_old", outputs: { host: "dpl_old.vercel.app", files } });
    expect(calls.map(({ method }) => method)).toEqual(["GET", "GET", "GET"]);
  });

  it("is refused where Vercel lists other files than the record", async () => {
    deployments = { dpl_old: { meta: meta() } };
    await expect(
      create({ recorded: [{ deploymentId: "dpl_old", files: { "x.js": "b".repeat(40) } }] }),
    ).rejects.toThrow(/other files for deployment dpl_old .*: x\.js has other content/);
  });

  it.each<[string, object]>([
    ["other sources", { meta: meta({ [deploymentMeta.source]: "other" }) }],
    ["other variables", { meta: meta({ [deploymentMeta.variables]: "w" }) }],
    ["another environment", { meta: meta({ [deploymentMeta.environment]: "pr-1" }) }],
    ["another target", { meta: meta(), target: "production" }],
    ["a build that failed", { meta: meta(), readyState: "ERROR" }],
  ])("is not taken for one with %s", async (_name, seen) => {
    deployments = { dpl_old: seen };
    await expect(create({ recorded: recorded("dpl_old") })).rejects.toThrow(builds);
  });

  it("runs where it ran, in another region only as an earlier release", async () => {
    deployments = { dpl_old: { meta: meta({ [deploymentMeta.region]: "iad1" }) } };
    await expect(create({ recorded: recorded("dpl_old") })).rejects.toThrow(builds);
    await expect(create({ recorded: recorded("dpl_old"), builtOf: "f".repeat(40) })).resolves.toMatchObject({
      id: "dpl_old",
    });
  });
});

it("takes no deployment by its metadata alone, nor asks which there are", async () => {
  deployments = { dpl_planted: { meta: meta() } };
  await expect(create({})).rejects.toThrow(builds);
  expect(calls).toEqual([]);
});
