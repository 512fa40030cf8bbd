import { digest } from "../shared/digest.ts";
import type { Fly, Machine } from "./client.ts";
import { appPath } from "./client.ts";
import { unpinned } from "./image-reference.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";

/** A machine as a deployment left it: what a refresh compares. */
export interface Running {
  readonly id: string;
  /** New with every update of the machine. */
  readonly instance: string;
  readonly image: string;
  readonly size: string;
  /** Digest of its complete configuration, without the release's own marks. */
  readonly configuration: string;
}

/** Groups that flyctl makes for a while: a console, a release command. */
const passing = ["fly_app_console", "fly_app_release_command"];

/** Every machine of the app that is there to stay; none when the app is gone. */
export async function machinesOf(app: string, fly: Fly): Promise<readonly Machine[]> {
  const machines = await ignoreNotFound(
    fly<readonly Machine[]>({ method: "GET", path: `${appPath(app)}/machines` }),
  );
  return (machines ?? []).filter(
    ({ state, config }) =>
      !["destroying", "destroyed"].includes(state) &&
      !passing.includes(config?.metadata?.["fly_process_group"] ?? ""),
  );
}

/** Whether flyctl keeps the machine. It passes over those that were made past it, and so never updates them. */
export function isManaged({ config }: Machine): boolean {
  return config?.metadata?.["fly_platform_version"] === "v2";
}

/** Why a machine does no work, or is not known to; nothing when it is healthy. */
export function healthFault({ id, state, checks }: Machine): string | undefined {
  if (state !== "started") return `machine ${id} is ${state}`;
  if (!checks?.length) return `machine ${id} has no health check yet`;
  const bad = checks.find(({ status }) => status !== "passing");
  return bad && `check ${bad.name} of machine ${id} is ${bad.status}: ${(bad.output ?? "").slice(0, 200)}`;
}

export function instancesOf(machines: readonly Machine[]): readonly string[] {
  return machines.map(({ id, instance_id: instance = "" }) => `${id}:${instance}`).sort();
}

export function imageDigestOf(machine: Machine | undefined): string {
  return machine?.image_ref?.digest ?? "";
}

/**
 * Whether a machine runs the image of a reference. By its digest: as Fly resolved it, or as the machine's own
 * configuration pins it, since Fly may name the image of one platform within what the reference names.
 */
export function runsImage(machine: Machine, image: string): boolean {
  const { reference, digest: wanted } = unpinned(image);
  const configured = machine.config?.image ?? "";
  if (wanted === undefined) return configured.startsWith(reference);
  return imageDigestOf(machine) === wanted || unpinned(configured).digest === wanted;
}

export function runningOf(machine: Machine): Running {
  const { metadata: _metadata, ...configuration } = machine.config ?? {};
  return {
    id: machine.id,
    instance: machine.instance_id ?? "",
    image: imageDigestOf(machine),
    size: sizeOf(machine),
    configuration: digest(configuration),
  };
}

function sizeOf({ config }: Machine): string {
  const { cpu_kind: kind = "?", cpus = 0, memory_mb: memory = 0 } = config?.guest ?? {};
  return `${kind} ${String(cpus)} CPU ${String(memory)} MB`;
}

/**
 * What is different from the time of the deployment, each in a few words.
 *
 * @param leftovers Machines of those that are seen which a failed deployment left.
 */
export function changesSince(
  deployed: { readonly machines: readonly string[]; readonly running?: readonly Running[] },
  seen: readonly Machine[],
  leftovers: readonly Machine[],
): readonly string[] {
  const known = new Map(
    deployed.machines.map((each) => [each.split(":")[0] ?? "", each.split(":")[1] ?? ""]),
  );
  const gone = [...known.keys()].filter((id) => !seen.some((machine) => machine.id === id));
  return [
    ...gone.map((id) => `machine ${id} is gone`),
    ...seen.flatMap((machine) => {
      if (leftovers.includes(machine)) return [leftoverFault(machine)];
      const instance = known.get(machine.id);
      if (instance === undefined) return [`machine ${machine.id} was added`];
      const before = deployed.running?.find(({ id }) => id === machine.id);
      const changed = instance === machine.instance_id ? [] : [change(machine, before)];
      return machine.state === "started"
        ? changed
        : [...changed, `machine ${machine.id} is ${machine.state}`];
    }),
  ];
}

export function leftoverFault({ id }: Machine): string {
  return `machine ${id} is left over from a deployment that failed`;
}

function change(machine: Machine, before: Running | undefined): string {
  const now = runningOf(machine);
  const { id } = machine;
  if (before && before.image !== now.image)
    return `machine ${id} runs ${machine.config?.image ?? "another image"}`;
  if (before && before.size !== now.size) return `machine ${id} is ${now.size} instead of ${before.size}`;
  if (before && before.configuration !== now.configuration) return `machine ${id} has another configuration`;
  return `machine ${id} was updated`;
}
