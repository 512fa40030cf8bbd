import { type Context, Hono } from "hono";
import { z } from "zod";
import { FlyError, readBody } from "./errors.ts";
import { checkLease, currentLease, leaseView, nonceHeader, takeLease } from "./leases.ts";
import { findAnyMachine, findMachine, type Services } from "./services.ts";

const leaseInput = z.strictObject({ description: z.string().optional(), ttl: z.number().int().optional() });
const defaultSeconds = 3600;

/** `/v1/apps/{app}/machines/{id}/lease`: who may change the machine, and until when. */
export function leaseRoutes(services: Services): Hono {
  const { store } = services;
  const routes = new Hono();
  const nonceOf = (c: Context): string | undefined => c.req.header(nonceHeader);

  routes.get("/:id/lease", (c) => {
    const machine = findMachine(services, c);
    const lease = currentLease(machine);
    if (!lease) throw new FlyError(404, `lease not found: machine ID ${machine.id} has no lease`);
    return c.json(leaseView(lease));
  });

  routes.post("/:id/lease", async (c) => {
    const machine = findMachine(services, c);
    const body = await readBody(c, leaseInput);
    // flyctl puts the time into the query, the vendor's document into the body.
    const ttl = Number(c.req.query("ttl") ?? body.ttl ?? defaultSeconds);
    if (!Number.isInteger(ttl) || ttl <= 0) throw new FlyError(400, "invalid ttl: a number of seconds");
    const lease = takeLease(machine, nonceOf(c), ttl, body.description ?? "");
    await store.commit();
    return c.json(leaseView(lease), 201);
  });

  routes.delete("/:id/lease", async (c) => {
    // A lease ends with its machine: flyctl releases it after it destroyed the machine.
    const machine = findAnyMachine(services, c);
    checkLease(machine, nonceOf(c));
    delete machine.lease;
    await store.commit();
    return c.json({ ok: true });
  });

  return routes;
}
