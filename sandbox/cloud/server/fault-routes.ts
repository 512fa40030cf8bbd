import { Hono } from "hono";
import type { CloudName } from "../emulator.ts";
import { delayProfiles, type DelayProfile } from "../wire/delay-profile.ts";
import { FaultRuleError, type FaultRule } from "../wire/fault-rule.ts";
import type { Faults } from "../wire/faults.ts";

/** Twice the longest that was seen, in milliseconds. */
const longestLag = 60_000;

/** The faults of the sandbox: seen, added, cleared. */
export function faultRoutes(faults: Faults): Hono {
  const routes = new Hono();
  routes.onError((error, context) =>
    context.json({ message: error.message }, error instanceof FaultRuleError ? 400 : 500),
  );
  routes.get("/", (context) => context.json(faults.list()));
  routes.post("/", async (context) =>
    context.json(await faults.add(await context.req.json<FaultRule>()), 201),
  );
  routes.delete("/", async (context) => {
    await faults.clear();
    return context.json(faults.list());
  });
  routes.put("/profile", async (context) => {
    const { profile, seed } = await context.req.json<{ profile: string; seed?: number }>();
    if (!Object.hasOwn(delayProfiles, profile))
      throw new FaultRuleError(
        `profile must be one of ${Object.keys(delayProfiles).join(", ")}; got ${profile}`,
      );
    await faults.profile(profile as DelayProfile, seed);
    return context.json(faults.list());
  });
  routes.put("/lag", async (context) => {
    const { clouds, milliseconds } = await context.req.json<{ clouds: CloudName[]; milliseconds: number }>();
    if (!Number.isInteger(milliseconds) || milliseconds < 0 || milliseconds > longestLag)
      throw new FaultRuleError(
        `a lag must be an integer of milliseconds from 0 to ${String(longestLag)}; got ${String(milliseconds)}`,
      );
    await faults.lag(clouds, milliseconds);
    return context.json(faults.list());
  });
  return routes;
}
