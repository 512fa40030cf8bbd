import type { Look } from "../shared/wait-until.ts";
import { waitUntil } from "../shared/wait-until.ts";

/** What it means that a visitor gets a login of Vercel. */
export type OnLogin = "fail" | "warn";

/** For a domain that was just assigned to become open, in milliseconds. */
const openWithin = 30_000;

/**
 * Looks at the address as a visitor does, without the bypass secret. Standard protection leaves the project's own
 * production domain open alone; each other alias asks for a login (vercel/vercel#16624), also of production, and every
 * check with the secret would still pass.
 *
 * @throws Error with `fail`, when a visitor still gets a login after the limit.
 */
export async function checkVisitors(
  url: string,
  onLogin: OnLogin,
  note: (line: string) => void,
  limitMilliseconds = openWithin,
): Promise<void> {
  if (onLogin === "warn") {
    const login = await loginFor(url);
    if (login !== undefined) note(`visitors of ${url} get a login of Vercel (${login}): ${remedy(url)}`);
    return;
  }
  try {
    await waitUntil(
      { what: `${url} to be open to visitors`, limitMilliseconds },
      async (): Promise<Look<undefined>> => {
        const login = await loginFor(url);
        return login === undefined ? { done: undefined } : { notYet: `a login of Vercel (${login})` };
      },
    );
  } catch (error) {
    throw new Error(`${(error as Error).message}. ${remedy(url)}`, { cause: error });
  }
}

function remedy(url: string): string {
  return (
    `Add ${new URL(url).host} to the domains of the Vercel project, ` +
    "or set rollout:vercel.deploymentProtection to none or, where the login is intended, to all_deployments"
  );
}

/** How Vercel asks for a login there; nothing where it does not, whatever else it answers. */
async function loginFor(url: string): Promise<string | undefined> {
  const answer = await fetch(`${url}/api/health`, {
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer && loginIn(answer);
}

/** The same of an answer of `/api/health`, which itself asks for no login. */
export function loginIn({ status, headers }: Pick<Response, "status" | "headers">): string | undefined {
  if (status === 401) return "status 401";
  const location = headers.get("location") ?? "";
  return /^https:\/\/vercel\.com\/(sso-api|login)\b/.test(location) ? "redirected to vercel.com" : undefined;
}
