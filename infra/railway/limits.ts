import type { Railway } from "./client.ts";
import { ignoreNotFound } from "./client.ts";
import type { ServicePlace } from "./service.ts";

/** The most that one replica may use, in Railway's units. */
export interface ReplicaLimits {
  readonly vcpus?: number | undefined;
  readonly memoryGb?: number | undefined;
}

/**
 * Limits as Railway shows them. Its schema has no form for them (a scalar): this is the one that users have seen. What has another
 * form says nothing.
 */
interface ShownLimits {
  readonly containers?: { readonly cpu?: unknown; readonly memoryBytes?: unknown } | null;
}

/** Sets the limits of a service. One that is not ordered is set to null: the plan's is then the limit. */
export async function setLimits(
  { environment, serviceId }: ServicePlace,
  limits: ReplicaLimits | undefined,
  railway: Railway,
): Promise<void> {
  const input = { vCPUs: limits?.vcpus ?? null, memoryGB: limits?.memoryGb ?? null };
  await railway({
    name: "serviceInstanceLimitsUpdate",
    document:
      "mutation ($input: ServiceInstanceLimitsUpdateInput!) { serviceInstanceLimitsUpdate(input: $input) }",
    variables: { input: { environmentId: environment, serviceId, ...input } },
    repeatable: true,
  });
}

/** In what Railway's limits of a service are not those that were ordered, each in a few words. A limit that is not ordered is Railway's. */
export async function limitChanges(
  { environment, serviceId }: ServicePlace,
  ordered: ReplicaLimits | undefined,
  railway: Railway,
): Promise<readonly string[]> {
  if (ordered === undefined) return [];
  const shown = await ignoreNotFound(
    railway<ShownLimits | null>({
      name: "serviceInstanceLimitOverride",
      document: `query ($environmentId: String!, $serviceId: String!) {
        serviceInstanceLimitOverride(environmentId: $environmentId, serviceId: $serviceId)
      }`,
      variables: { environmentId: environment, serviceId },
      repeatable: true,
      isNullable: true,
    }),
  );
  // By its schema, null where no limit is set.
  if (shown === null) return ["its limits were removed"];
  const { cpu, memoryBytes } = shown?.containers ?? {};
  return [
    ...change("vCPUs", ordered.vcpus, cpu, [1]),
    ...change("GB of memory", ordered.memoryGb, memoryBytes, [1e9, 2 ** 30]),
  ];
}

/** @param units What Railway's figure may count, in ours: nothing says which gigabyte it takes. */
function change(
  what: string,
  ordered: number | undefined,
  shown: unknown,
  units: readonly number[],
): readonly string[] {
  if (ordered === undefined || typeof shown !== "number") return [];
  const found = units.map((unit) => shown / unit);
  if (found.some((each) => Math.abs(each - ordered) < ordered / 100)) return [];
  return [`its limit is ${String(Number(found[0]?.toFixed(3)))} ${what} and not ${String(ordered)}`];
}
