import { beforeEach, describe, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { useTestApi } from "../../shared/test-api.ts";
import type { VariableInputs } from "./variable.ts";
import { provider } from "./variable.ts";

interface Variable {
  readonly id: string;
  readonly target: readonly string[];
}

let variables: readonly Variable[];
const { access, calls } = useTestApi(({ method }) => {
  const envs = variables.map((each) => ({ ...each, key: "DATABASE_URL", type: "encrypted" }));
  if (method === "GET") return { status: 200, body: { envs } };
  const created = { id: "env_new", key: "DATABASE_URL", type: "sensitive", target: ["preview"] };
  return method === "POST"
    ? { status: 201, body: { created: { ...created, value: "" }, failed: [] } }
    : { status: 200, body: {} };
});

const inputs: VariableInputs = {
  ...{ projectId: "prj_1", team: "team_1", key: "DATABASE_URL", value: "secret" },
  target: "preview",
};
const context = (): ProviderContext => ({
  access: { neon: access, vercel: access, github: access, fly: { ...access, graphqlUrl: "" } },
  note: () => undefined,
});
const writes = (): readonly string[] =>
  calls.flatMap(({ method, url }) =>
    method === "GET" ? [] : [`${method} ${url.split("?")[0]?.split("/").at(-1) ?? ""}`],
  );

beforeEach(() => {
  calls.length = 0;
});

describe("setting a variable", () => {
  it("replaces the one of the same target and leaves those of others", async () => {
    variables = [
      { id: "env_1", target: ["preview"] },
      { id: "env_2", target: ["production"] },
    ];
    await provider.create(inputs, context());
    expect(writes()).toEqual(["DELETE env_1", "POST env"]);
  });

  it("fails before it writes where one has several targets, whose value the others would lose", async () => {
    variables = [
      { id: "env_1", target: ["preview"] },
      { id: "env_2", target: ["production", "preview"] },
    ];
    await expect(provider.create(inputs, context())).rejects.toThrow(
      /DATABASE_URL is set for production and preview together, .* preview alone: set it for each environment/,
    );
    const olds = { ...inputs, variableId: "env_1", updatedAt: 0 };
    await expect(provider.update?.("env_1", olds, inputs, context())).rejects.toThrow("together");
    expect(writes()).toEqual([]);
  });

  it("replaces its own, whatever targets that was given out of band", async () => {
    variables = [{ id: "env_1", target: ["production", "preview"] }];
    const olds = { ...inputs, variableId: "env_1", updatedAt: 0 };
    expect(await provider.update?.("env_1", olds, inputs, context())).toMatchObject({
      variableId: "env_new",
    });
    expect(writes()).toEqual(["DELETE env_1", "POST env"]);
  });
});
