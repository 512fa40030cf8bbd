import type { Flags, Given } from "./arguments.ts";
import type { Cloud } from "./cloud.ts";
import { CommandError } from "./command-error.ts";
import { readFlyToml } from "./fly-toml.ts";
import { groupOf, type Machine, pathOf } from "./machine.ts";
import { printJson, printTable } from "./printing.ts";

/** Commands that only read: each with `--json`, else as a plain table. */

export const listingFlags: Flags = {
  app: { kind: "text", short: "a" },
  config: { kind: "text", short: "c" },
  json: { kind: "switch", short: "j" },
};
export const releasesFlags: Flags = { ...listingFlags, image: { kind: "switch" } };
export async function status(given: Given, cloud: Cloud): Promise<void> {
  const name = appOf(given);
  const query =
    "query($appName: String!) { appcompact: app(name: $appName) { id name hostname deployed status appUrl platformVersion organization { slug } currentRelease: currentReleaseUnprocessed { version } } }";
  const answer = await cloud.graphql<{ appcompact: AppCompact }>(query, { appName: name });
  const app = answer.appcompact;
  const machines = await listMachines(cloud, name);
  if (given.isOn("json", false)) {
    printJson({
      ID: app.id,
      Name: app.name,
      Status: app.status,
      Deployed: app.deployed,
      Hostname: app.hostname,
      PlatformVersion: app.platformVersion,
      Organization: { Slug: app.organization.slug },
      Version: app.currentRelease?.version ?? 0,
      Machines: machines,
    });
    return;
  }
  console.log(
    `App\n  Name     = ${app.name}\n  Owner    = ${app.organization.slug}\n  Hostname = ${app.hostname}\n`,
  );
  console.log("Machines");
  printTable(
    ["PROCESS", "ID", "VERSION", "REGION", "STATE", "CHECKS", "LAST UPDATED"],
    machines.map((machine) => [
      groupOf(machine),
      machine.id,
      machine.config.metadata["fly_release_version"] ?? "",
      machine.region,
      machine.state,
      summarizeChecks(machine),
      machine.updated_at,
    ]),
  );
}

interface AppCompact {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
  readonly deployed: boolean;
  readonly status: string;
  readonly platformVersion: string;
  readonly organization: { readonly slug: string };
  readonly currentRelease: { readonly version: number } | null;
}

interface ReleaseNode {
  readonly id: string;
  readonly stable: boolean;
  readonly reason: string;
  readonly version: number;
  readonly status: string;
  readonly description: string;
  readonly imageRef: string;
  readonly user: { readonly email: string };
  readonly createdAt: string;
}

export async function releases(given: Given, cloud: Cloud): Promise<void> {
  const query =
    "query($appName: String!, $limit: Int!) { app(name: $appName) { releases: releasesUnprocessed(first: $limit) { nodes { id version description reason status imageRef stable user { id email name } createdAt } } } }";
  const answer = await cloud.graphql<{ app: { releases: { nodes: ReleaseNode[] } } }>(query, {
    appName: appOf(given),
    limit: 25,
  });
  const { nodes } = answer.app.releases;
  if (given.isOn("json", false)) {
    printJson(nodes.map(inFull));
    return;
  }
  const showImage = given.isOn("image", false);
  printTable(
    ["VERSION", "STATUS", "DESCRIPTION", "USER", "DATE", ...(showImage ? ["DOCKER IMAGE"] : [])],
    nodes.map((node) => [
      `v${node.version}`,
      node.status,
      node.description,
      node.user.email,
      node.createdAt,
      ...(showImage ? [node.imageRef] : []),
    ]),
  );
}

/** The keys that the real flyctl prints (fly-go's Release). */
function inFull(node: ReleaseNode): Record<string, unknown> {
  return {
    ID: node.id,
    Version: node.version,
    Stable: node.stable,
    InProgress: false,
    Reason: node.reason,
    Description: node.description,
    Status: node.status,
    DeploymentStrategy: "",
    User: { Email: node.user.email },
    CreatedAt: node.createdAt,
    ImageRef: node.imageRef,
  };
}

export async function machineList(given: Given, cloud: Cloud): Promise<void> {
  const machines = await listMachines(cloud, appOf(given));
  if (given.isOn("json", false)) {
    printJson(machines);
    return;
  }
  printTable(
    ["ID", "NAME", "STATE", "CHECKS", "REGION", "PROCESS GROUP", "IMAGE", "LAST UPDATED"],
    machines.map((machine) => [
      machine.id,
      machine.name,
      machine.state,
      summarizeChecks(machine),
      machine.region,
      groupOf(machine),
      `${machine.image_ref.repository}:${machine.image_ref.tag ?? ""}`,
      machine.updated_at,
    ]),
  );
}

export async function checksList(given: Given, cloud: Cloud): Promise<void> {
  const machines = await listMachines(cloud, appOf(given));
  if (given.isOn("json", false)) {
    printJson(Object.fromEntries(machines.map((machine) => [machine.id, machine.checks ?? []])));
    return;
  }
  printTable(
    ["NAME", "STATUS", "MACHINE", "LAST UPDATED", "OUTPUT"],
    machines.flatMap((machine) =>
      (machine.checks ?? []).map((check) => [
        check.name,
        check.status,
        machine.id,
        check.updated_at,
        check.output.slice(0, 200),
      ]),
    ),
  );
}

export function appOf(given: Given): string {
  const named = given.text("app") ?? process.env["FLY_APP"];
  if (named !== undefined) return named;
  const { app } = readFlyToml(given.text("config") ?? "fly.toml");
  if (app === undefined)
    throw new CommandError("we couldn't find a fly.toml nor an app specified by the -a flag");
  return app;
}

async function listMachines(cloud: Cloud, app: string): Promise<Machine[]> {
  return cloud.flaps<Machine[]>(pathOf(app));
}

function summarizeChecks(machine: Machine): string {
  const checks = machine.checks ?? [];
  if (checks.length === 0) return "";
  return `${checks.filter((check) => check.status === "passing").length}/${checks.length}`;
}
