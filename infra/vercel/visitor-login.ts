import type { Look } from "../shared/wait-until.ts";
import { waitUntil } from "../shared/wait-until.ts";

/** What it means that a visitor gets a login of Vercel. */
export type OnLogin = "fail" | "warn";

export interface VisitedSite {
  /** Without a path. */
  readonly url: string;
  /** Path that itself asks for no login. */
  readonly healthPath: string;
}

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
  site: VisitedSite,
  onLogin: OnLogin,
  note: (line: string) => void,
  limitMilliseconds = openWithin,
): Promise<void> {
  const { url } = site;
  if (onLogin === "warn") {
    const login = await loginFor(site);
    if (login !== undefined) note(`visitors of ${url} get a login of Vercel (${login}): ${remedy(url)}`);
    return;
  }
  try {
    await waitUntil(
      { what: `${url} to be open to visitors`, limitMilliseconds },
      async (): Promise<Look<undefined>> => {
        const login = await loginFor(site);
        return login === undefined ? { done: undefined } : { pending: `a login of Vercel (${login})` };
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
async function loginFor({ url, healthPath }: VisitedSite): Promise<string | undefined> {
  const answer = await fetch(`${url}${healthPath}`, {
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer && loginIn(answer);
}

/** The same of an answer of the health path. */
export function loginIn({ status, headers }: Pick<Response, "status" | "headers">): string | undefined {
  if (status === 401) return "status 401";
  const location = headers.get("location") ?? "";
  return /^https:\/\/vercel\.com\/(sso-api|login)\b/.test(location) ? "redirected to vercel.com" : undefined;
}
