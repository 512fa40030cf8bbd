import type { Given } from "./arguments.ts";
import type { Cloud } from "./cloud.ts";
import { appOf } from "./listings.ts";
import { listDeployed, type Machine } from "./machine.ts";
import { printJson, printTable } from "./printing.ts";
import type { Release } from "./releases.ts";

interface Secret {
  readonly name: string;
  readonly digest: string;
  readonly updated_at: string;
}

type Status = "Deployed" | "Staged" | "Partial" | "Unknown";

const releasesToRead = 20;

/**
 * `secrets list`. A secret is deployed on a machine whose release began after the secret was last set (superfly/flyctl
 * v0.4.80, internal/command/secrets/list.go).
 */
export async function secretsList(given: Given, cloud: Cloud): Promise<void> {
  const app = appOf(given);
  const path = `/apps/${encodeURIComponent(app)}`;
  const { secrets } = await cloud.flaps<{ secrets: Secret[] }>(`${path}/secrets`);
  const machines = await listDeployed(cloud, app);
  const { releases } = await cloud.uiex<{ releases: Release[] }>(`${path}/releases?limit=${releasesToRead}`);
  const rows = secrets.map((secret) => ({
    name: secret.name,
    digest: secret.digest,
    status: statusOf(secret, machines, releases),
  }));
  if (given.isOn("json", false)) printJson(rows);
  else
    printTable(
      ["NAME", "DIGEST", "STATUS"],
      rows.map(({ name, digest, status }) => [name, digest, status]),
    );
}

function statusOf(secret: Secret, machines: readonly Machine[], releases: readonly Release[]): Status {
  const have = machines.map((machine) => {
    const version = Number(machine.config.metadata["fly_release_version"]);
    const release = releases.find((each) => each.version === version);
    return release && Date.parse(secret.updated_at) <= Date.parse(release.created_at);
  });
  if (have.includes(undefined)) return "Unknown";
  if (!have.includes(true)) return "Staged";
  return have.includes(false) ? "Partial" : "Deployed";
}
