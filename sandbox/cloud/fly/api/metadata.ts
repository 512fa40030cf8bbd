import { Hono } from "hono";
import { z } from "zod";
import type { Machine } from "../state.ts";
import { FlyError, readBody } from "./errors.ts";
import { findMachine, type Services } from "./services.ts";

const oneValue = z.strictObject({ value: z.string(), updated_at: z.string().optional() });
const manyValues = z.strictObject({
  metadata: z.record(z.string(), z.string().nullable()),
  machine_version: z.string().optional(),
  updated_at: z.string().optional(),
});

/**
 * `/v1/apps/{app}/machines/{id}/metadata`: what a machine's config notes about it. Changing it neither restarts the
 * machine nor makes a new version of it (that of the real one was not compared). A lease does not bar it: flyctl tags
 * the machines of a bluegreen deployment without giving its nonce (internal/machine/leasable_machine.go, SetMetadata).
 */
export function metadataRoutes(services: Services): Hono {
  const { store } = services;
  const routes = new Hono();

  const change = async (machine: Machine, values: Readonly<Record<string, string | null>>): Promise<void> => {
    const kept = Object.entries({ ...machine.config.metadata, ...values }).filter(
      (entry): entry is [string, string] => entry[1] !== null && entry[1] !== "",
    );
    machine.config = { ...machine.config, metadata: Object.fromEntries(kept) };
    await store.commit();
  };

  routes.get("/:id/metadata", (c) => c.json(findMachine(services, c).config.metadata ?? {}));

  routes.on(["PUT", "PATCH"], "/:id/metadata", async (c) => {
    const machine = findMachine(services, c);
    const { metadata, machine_version: version } = await readBody(c, manyValues);
    if (version !== undefined && version !== machine.instanceId)
      throw new FlyError(
        412,
        `failed_precondition: machine ${machine.id} is no longer at version ${version}`,
      );
    await change(machine, metadata);
    return c.body(null, 204);
  });

  routes.get("/:id/metadata/:key", (c) => {
    const key = c.req.param("key");
    const value = findMachine(services, c).config.metadata?.[key];
    if (value === undefined) throw new FlyError(404, `metadata key not found: ${key}`);
    return c.json({ value });
  });

  routes.post("/:id/metadata/:key", async (c) => {
    const machine = findMachine(services, c);
    const { value } = await readBody(c, oneValue);
    await change(machine, { [c.req.param("key")]: value });
    return c.body(null, 204);
  });

  routes.delete("/:id/metadata/:key", async (c) => {
    await change(findMachine(services, c), { [c.req.param("key")]: null });
    return c.body(null, 204);
  });

  return routes;
}
