import { createHmac } from "node:crypto";
import type { MachineRunner } from "../machine/runner.ts";
import type { App, FlyState, Machine, Release } from "../state.ts";

/** How the state is shown in answers: the fields that fly-go and the vendor's document name. */

export function organizationView(slug: string): Record<string, unknown> {
  return {
    id: `org-${slug}`,
    internal_numeric_id: 1,
    slug,
    raw_slug: slug,
    name: slug,
    paid_plan: false,
    personal: slug === "personal",
    billing_status: "CURRENT",
    billable: true,
    provisions_beta_extensions: false,
    remote_builder_image: "",
  };
}

export function appView(state: FlyState, app: App): Record<string, unknown> {
  return {
    id: app.id,
    internal_numeric_id: app.number,
    name: app.name,
    network: app.network,
    status: app.status,
    machine_count: machinesOf(state, app.name).length,
    volume_count: 0,
    organization: { name: app.organization, slug: app.organization, internal_numeric_id: 1 },
    cname_target: `${app.id}.${app.name}.fly.dev`,
    app_role: "",
  };
}

export function machinesOf(state: FlyState, app: string): Machine[] {
  return Object.values(state.machines).filter((machine) => machine.app === app);
}

/** `registry.fly.io/app:label[@digest]` in its parts. */
export function imageRefView(machine: Machine): Record<string, unknown> {
  const [name = ""] = (machine.config.image ?? "").split("@");
  const slash = name.indexOf("/");
  const colon = name.lastIndexOf(":");
  const isTagged = colon > slash;
  return {
    registry: name.slice(0, Math.max(slash, 0)),
    repository: name.slice(slash + 1, isTagged ? colon : undefined),
    ...(isTagged ? { tag: name.slice(colon + 1) } : {}),
    digest: machine.imageDigest,
    labels: {},
  };
}

export function machineView(machine: Machine, runner: MachineRunner): Record<string, unknown> {
  const checks = runner.checks(machine);
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    instance_id: machine.instanceId,
    version: machine.instanceId,
    private_ip: "127.0.0.1",
    image_ref: imageRefView(machine),
    created_at: machine.createdAt,
    updated_at: machine.updatedAt,
    config: machine.config,
    events: machine.events,
    checks,
    host_status: "ok",
    cordoned: machine.cordoned === true,
  };
}

export function releaseView(release: Release): Record<string, unknown> {
  return {
    id: release.id,
    version: release.version,
    stable: release.status === "complete",
    in_progress: release.status === "running" || release.status === "pending",
    status: release.status,
    strategy: release.strategy,
    user: "sandbox",
    created_at: release.createdAt,
    image_ref: release.imageRef,
  };
}

/** 16 hexadecimal digits that change with the value; keyed by the app, so that a digest is worthless elsewhere. */
export function secretDigest(app: App, value: string): string {
  return createHmac("sha256", app.id).update(value).digest("hex").slice(0, 16);
}
