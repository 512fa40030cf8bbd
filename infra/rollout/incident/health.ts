import type { CloudAccess } from "../../shared/cloud-access.ts";
import type { NamedService } from "../../railway/find-service.ts";
import { healthOfService } from "../../railway/health.ts";
import { openFly } from "../../fly/client.ts";
import { machinesOf } from "../../fly/machines.ts";
import { loginIn } from "../../vercel/visitor-login.ts";

/** Whether one part of an environment works, as anybody sees it. */
export interface Health {
  /** Web address, or app. */
  readonly what: string;
  /** Undefined where it cannot be seen. */
  readonly isGood: boolean | undefined;
  /** In a few words. */
  readonly seen: string;
}

export interface Watched {
  /** Public address of the web application; absent where none is known yet. */
  readonly webUrl: string | undefined;
  /** Path of the web that answers whether it works. */
  readonly healthPath: string;
  /** Fly apps. */
  readonly apps: readonly string[];
  /** Services of Railway. */
  readonly services?: readonly NamedService[];
}

/** For one answer, in milliseconds: what takes longer is not healthy. */
const patience = 5_000;

/** Looks at every part once, at the same time. What cannot be looked at is not good; nothing is thrown. */
export async function healthOf(
  { webUrl, healthPath, apps, services = [] }: Watched,
  access: CloudAccess,
): Promise<readonly Health[]> {
  return Promise.all([
    ...(webUrl === undefined ? [] : [webHealth(webUrl, healthPath)]),
    ...apps.map((app) => appHealth(app, access)),
    ...services.map((service) => serviceHealth(service, access)),
  ]);
}

async function webHealth(webUrl: string, healthPath: string): Promise<Health> {
  try {
    const answer = await fetch(`${webUrl}${healthPath}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    });
    const login = loginIn(answer);
    if (login !== undefined) return { what: webUrl, isGood: undefined, seen: `a login of Vercel (${login})` };
    const { sourceDigest } = (await answer.json().catch(() => ({}))) as { sourceDigest?: unknown };
    const source = typeof sourceDigest === "string" ? `, source ${sourceDigest.slice(0, 12)}` : "";
    return {
      what: webUrl,
      isGood: answer.ok,
      seen: `${healthPath} answers ${String(answer.status)}${source}`,
    };
  } catch (error) {
    return { what: webUrl, isGood: false, seen: `no answer (${(error as Error).message})` };
  }
}

async function appHealth(app: string, access: CloudAccess): Promise<Health> {
  try {
    const machines = await machinesOf(app, openFly(access.fly));
    const seen = machines.map(({ id, state, checks = [] }) => {
      const told = checks.map(({ name, status }) => `${name} ${status}`).join(", ");
      return `machine ${id} is ${state}${told === "" ? "" : ` (${told})`}`;
    });
    const isGood =
      machines.length > 0 &&
      machines.every(
        ({ state, checks = [] }) => state === "started" && checks.every(({ status }) => status === "passing"),
      );
    return { what: app, isGood, seen: seen.join("; ") || "no machine" };
  } catch (error) {
    return { what: app, isGood: false, seen: (error as Error).message };
  }
}

async function serviceHealth(service: NamedService, access: CloudAccess): Promise<Health> {
  try {
    const { faults, seen } = await healthOfService(service, access.railway);
    return { what: service.name, isGood: faults.length === 0, seen };
  } catch (error) {
    return { what: service.name, isGood: false, seen: (error as Error).message };
  }
}
