import { randomBytes } from "node:crypto";
import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import type { EmulatorContext } from "../emulator.ts";
import { loginOf, numberOf } from "./accounts.ts";
import type { Addresses, SimpleUser } from "./addresses.ts";
import { answerUser } from "./addresses.ts";
import type { GithubCloud } from "./cloud.ts";
import { repositoryOf } from "./cloud.ts";
import { readBody } from "./errors.ts";
import { permissionsOf } from "./job-tokens.ts";
import { tokenOf } from "./token-kinds.ts";

/** Logins of further people, by their tokens; the sandbox's own token is of the user `sandbox`. */
const loginByToken = new WeakMap<EmulatorContext, Map<string, string>>();

/** Login of the user whose token it is; nothing for the sandbox's own, and for a job's. */
export const loginOfToken = (context: EmulatorContext, token: string | undefined): string | undefined =>
  token === undefined ? undefined : loginByToken.get(context)?.get(token);

/** What GitHub shows as the author of what a job's token makes: no user, though with a login. */
const actionsBot = "github-actions[bot]";

/** Login of who makes a call. */
export function actorOf(context: EmulatorContext, c: Context): string {
  const token = tokenOf(c);
  if (permissionsOf(context, token) !== undefined) return actionsBot;
  return loginOfToken(context, token) ?? loginOf(1);
}

export function answerActor({ api, html }: Pick<Addresses, "api" | "html">, login: string): SimpleUser {
  const user = answerUser(api, html, encodeURIComponent(login), numberOf(login));
  return { ...user, login, type: login === actionsBot ? "Bot" : "User" };
}

const authorBody = z.strictObject({ login: z.string().min(1).nullable() });

/** What only the sandbox has: further people with tokens of their own, and who wrote a commit that was pushed. */
export function personRoutes({ context, store }: GithubCloud): Hono {
  const routes = new Hono();
  routes.post("/_sandbox/people/:login/token", (c) => {
    const token = `ghp_${randomBytes(18).toString("hex")}`;
    const known = loginByToken.get(context) ?? new Map<string, string>();
    const login = c.req.param("login");
    loginByToken.set(context, known.set(token, login));
    return c.json({ token, id: numberOf(login) });
  });
  routes.put("/_sandbox/authors/:owner/:repo/:sha", async (c) => {
    const repository = await repositoryOf({ context, store }, c);
    const { login } = await readBody(c, authorBody);
    repository.authors = { ...repository.authors, [c.req.param("sha")]: login };
    await store.commit();
    return c.json({ login });
  });
  return routes;
}
