import type { TestAnswer, TestCall } from "../shared/test-api.ts";
import { useTestApi } from "../shared/test-api.ts";
import type { ProviderContext } from "../dynamic/provider-module.ts";
import type { RailwayDeployment } from "./service.ts";

/** A service of Railway on loopback, as a test sets it. */
export interface TestRailway {
  readonly context: ProviderContext;
  /** Names of the mutations so far, each with its variables. */
  readonly writes: () => readonly { readonly name: string; readonly variables: Fields }[];
  deployments: RailwayDeployment[];
  variables: Readonly<Record<string, string>>;
  /** What may be used of a replica as Railway shows it; null where no limit is set. */
  limits: unknown;
  /** What a deployment becomes once it was asked for. */
  becomes: (id: string, image: string) => RailwayDeployment;
  /** Takes the place of the usual answer. */
  answer: (name: string) => TestAnswer | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

interface Body {
  readonly query: string;
  readonly variables: Fields;
}

const nameOf = ({ query }: Body): string => /\)\s*\{\s*(\w+)/.exec(query)?.[1] ?? "";

/** While the tests of a file run; each begins with a service without a deployment. */
export function useTestRailway(beforeEach: (reset: () => void) => void): TestRailway {
  let image = "";
  let made = 0;
  const data = (value: unknown): TestAnswer => ({ status: 200, body: { data: { value } } });
  const usual = (name: string, variables: Fields): unknown => {
    const input = (variables["input"] ?? {}) as Fields;
    switch (name) {
      case "serviceInstanceUpdate":
        image = (input["source"] as { readonly image: string }).image;
        return true;
      case "serviceInstanceDeployV2": {
        made += 1;
        const id = `deployment-${String(made)}`;
        railway.deployments = [railway.becomes(id, image), ...railway.deployments];
        return id;
      }
      case "deployment":
        return railway.deployments.find(({ id }) => id === variables["id"]);
      case "serviceInstanceLimitsUpdate":
        railway.limits = shownLimits(input);
        return true;
      case "serviceInstanceLimitOverride":
        return railway.limits;
      case "deploymentRemove":
        railway.deployments = railway.deployments.filter(({ id }) => id !== variables["id"]);
        return true;
      case "serviceInstance":
        return {
          ...{
            source: { image },
            startCommand: "node worker.mjs",
            healthcheckPath: "/health",
            numReplicas: 1,
          },
          latestDeployment: railway.deployments[0] ?? null,
          activeDeployments: railway.deployments.filter(({ status }) => status === "SUCCESS"),
        };
      case "variableCollectionUpsert":
        railway.variables = input["variables"] as Readonly<Record<string, string>>;
        return true;
      case "variables":
        return { ...railway.variables, RAILWAY_SERVICE_NAME: "shop-worker" };
      case "deploymentLogs":
        return [{ timestamp: "2026-01-01T00:00:00Z", message: "cannot reach the database" }];
      default:
        return undefined;
    }
  };
  const { access, calls } = useTestApi(({ body }: TestCall) => {
    const { variables } = body as Body;
    const name = nameOf(body as Body);
    return railway.answer(name) ?? data(usual(name, variables));
  });
  const railway: TestRailway = {
    context: {
      access: {
        ...{ neon: access, vercel: access, github: access, fly: { ...access, graphqlUrl: "" } },
        get railway() {
          return { ...access, registryToken: "registry-token" };
        },
      },
      note: () => undefined,
    },
    writes: () =>
      calls
        .map(({ body }) => body as Body)
        .filter(({ query }) => query.startsWith("mutation"))
        .map((body) => ({ name: nameOf(body), variables: body.variables })),
    deployments: [],
    variables: {},
    limits: null,
    becomes: running,
    answer: () => undefined,
  };
  beforeEach(() => {
    calls.length = 0;
    made = 0;
    Object.assign(railway, { deployments: [], variables: {}, limits: null });
    Object.assign(railway, { becomes: running, answer: () => undefined });
  });
  return railway;
}

function shownLimits({ vCPUs: cpu, memoryGB: memory }: Fields): unknown {
  if (cpu === null && memory === null) return null;
  return { containers: { cpu, memoryBytes: typeof memory === "number" ? memory * 1e9 : null } };
}

export const running = (id: string, image: string): RailwayDeployment => ({
  ...{ id, status: "SUCCESS", createdAt: "2026-01-01T00:00:00Z" },
  meta: { image },
  instances: [{ id: `${id}-replica`, status: "RUNNING" }],
});
