import { Hono } from "hono";
import type { Account } from "../account/account.ts";
import { AccountSettingError } from "../account/settings.ts";

/** The account settings of the sandbox: seen, set, reset. */
export function accountRoutes(account: Account): Hono {
  const routes = new Hono();
  routes.onError((error, context) =>
    context.json({ message: error.message }, error instanceof AccountSettingError ? 400 : 500),
  );
  routes.get("/", (context) => context.json(account.all()));
  routes.put("/:name", async (context) => {
    const { value } = await context.req.json<{ value: string }>();
    await account.set(context.req.param("name"), value);
    return context.json(account.all());
  });
  routes.delete("/", async (context) => {
    await account.reset();
    return context.json(account.all());
  });
  return routes;
}
