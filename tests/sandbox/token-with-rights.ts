import { load } from "js-yaml";
import { readWorkflow } from "../../sandbox/workflows/workflow.ts";
import type { Checkout } from "./checkout.ts";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

export type Rights = Readonly<Record<string, string>>;

/** Owner and name of the repository that the settings of a checkout name. */
export function repositoryIn(checkout: Checkout): string {
  const { config } = load(checkout.read("Pulumi.staging.yaml")) as {
    readonly config: Readonly<Record<string, { readonly owner?: string; readonly repository?: string }>>;
  };
  const { owner = "", repository = "" } = config["rollout:github"] ?? {};
  return `${owner}/${repository}`;
}

/** A token of GitHub with these rights and no other, as a job gets its own; of an App where its number is given. */
export async function tokenWith(
  sandbox: Sandbox,
  checkout: Checkout,
  permissions: Rights,
  app?: number,
): Promise<string> {
  const path = `/_sandbox/runs/${repositoryIn(checkout)}`;
  const sha = checkout.git("rev-parse", "HEAD");
  const run = { path: "w.yml", name: "w", sha, branch: "main", event: "push", actor: "ada" };
  const { id } = await callCloud<{ id: number }>(sandbox, "github", "POST", path, run);
  const made = await callCloud<{ token: string }>(
    ...([sandbox, "github", "POST", `${path}/${String(id)}/token`, { permissions, app }] as const),
  );
  return made.token;
}

/** The rights that a job has at GitHub: of the app's token that it makes, or of its own. */
export function rightsOfJob(root: string, file: string, id: string): Rights {
  const { jobs, permissions: ofAll } = readWorkflow(root, file);
  const { steps = [], permissions = ofAll } = jobs[id] ?? {};
  const app = steps.find(({ uses }) => uses?.startsWith("actions/create-github-app-token@"));
  if (!app) return permissions as Rights;
  const prefix = "permission-";
  return Object.fromEntries(
    Object.entries(app.with ?? {}).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), String(value)] as const] : [],
    ),
  );
}
