import type { Flags, Given } from "./arguments.ts";
import type { Cloud } from "./cloud.ts";
import { CommandError } from "./command-error.ts";
import { printJson, printTable } from "./printing.ts";

export const appsListFlags: Flags = {
  json: { kind: "switch", short: "j" },
  org: { kind: "text", short: "o" },
  quiet: { kind: "switch", short: "q" },
};
export const appsCreateFlags: Flags = {
  json: { kind: "switch", short: "j" },
  org: { kind: "text", short: "o" },
  name: { kind: "text" },
  network: { kind: "text" },
};
export const appsDestroyFlags: Flags = { yes: { kind: "switch", short: "y" } };

interface AppNode {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly deployed: boolean;
  readonly hostname: string;
  readonly organization: { readonly slug: string };
}

/** `apps list | create | destroy`, as far as flyctl v0.4.80's own calls and `--json` keys go. */
export async function appsList(given: Given, cloud: Cloud): Promise<void> {
  const query =
    'query { apps(type: "container", first: 200) { pageInfo { hasNextPage endCursor } nodes { id name deployed hostname organization { slug name } status } } }';
  const { nodes } = (await cloud.graphql<{ apps: { nodes: AppNode[] } }>(query, {})).apps;
  const organization = given.text("org");
  const apps = nodes.filter((app) => organization === undefined || app.organization.slug === organization);
  if (given.isOn("json", false)) printJson(apps.map(inFull));
  else if (given.isOn("quiet", false)) for (const { name } of apps) console.log(name);
  else
    printTable(
      ["NAME", "OWNER", "STATUS"],
      apps.map(({ name, organization: { slug }, status }) => [name, slug, status]),
    );
}

export async function appsCreate(given: Given, cloud: Cloud): Promise<void> {
  const name = given.words[0] ?? given.text("name");
  if (name === undefined)
    throw new CommandError("name argument or flag must be specified when not running interactively");
  const org = given.text("org") ?? process.env["FLY_ORG"];
  if (org === undefined)
    throw new CommandError("org slug must be specified when not running interactively", "Use --org");
  const app = await cloud.flaps<{ name: string }>("/apps?wait=true", {
    method: "POST",
    body: { name, org_slug: org, network: given.text("network") ?? "", app_role_id: "" },
  });
  if (given.isOn("json", false)) printJson({ ID: app.name, Name: app.name, Organization: { Slug: org } });
  else console.log(`New app created: ${app.name}`);
}

export async function appsDestroy(given: Given, cloud: Cloud): Promise<void> {
  if (given.words.length === 0) throw new CommandError("requires at least 1 arg(s), only received 0");
  if (!given.isOn("yes", false))
    throw new CommandError("--yes flag must be specified when not running interactively");
  for (const name of given.words) {
    await cloud.flaps(`/apps/${encodeURIComponent(name)}`, { method: "DELETE" });
    console.log(`Destroyed app ${name}`);
  }
}

function inFull(app: AppNode): Record<string, unknown> {
  return {
    ID: app.id,
    Name: app.name,
    Status: app.status,
    Deployed: app.deployed,
    Hostname: app.hostname,
    Organization: { Slug: app.organization.slug },
  };
}
