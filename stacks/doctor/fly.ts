import { appPath, openFly } from "@rollout/infra/fly/client";
import type { Check, Finding, Stops } from "./check.ts";
import { fails, holds, newToken, once, refusedWith, setCommand, statusOf, unknown } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** What Fly shows of a token: whose it is, and for which apps where not for all. */
interface Tokens {
  readonly tokens?: readonly { readonly org_slug?: string; readonly apps?: readonly string[] }[];
}

interface Regions {
  readonly regions?: readonly {
    readonly code?: string;
    readonly deprecated?: boolean;
    readonly requires_paid_plan?: boolean;
  }[];
}

const orgToken = "fly tokens create org, and set FLY_ACCESS_TOKEN to it";

/** What a rollout needs of the Fly organization. */
export function flyChecks({ stack, kind, settings, access, regions }: DoctorContext): readonly Check[] {
  const { organization, apps, imageApp } = settings.fly;
  const fly = openFly(access.fly);
  const read = <T>(path: string): Promise<T> => fly<T>({ method: "GET", path });
  /** Each app's name with the setting that has it. */
  const named = new Map([
    ...Object.entries(apps).map(([worker, app]) => [app, `fly.apps.${worker}`] as const),
    ...(imageApp === undefined || Object.values<string>(apps).includes(imageApp)
      ? []
      : [[imageApp, "fly.imageApp"] as const]),
  ]);
  const isWorkers = (app: string): boolean => named.get(app) !== "fly.imageApp";
  /** Whether a rollout of this stack changes the app: another stack makes the images' one and pushes to it. */
  const isChanged = (app: string): boolean => kind.makesShared || isWorkers(app);
  /** A rollback of the web alone changes no worker. */
  const onWorkers: Stops = settings.only === "web" ? "forward" : "every";
  /** Whether Fly shows the app, by its name. */
  const seen = new Map(
    [...named.keys()].map((app) => [app, once(() => refusedWith([401, 403, 404], read(appPath(app))))]),
  );
  /** Apps that the token is for: "all" where it is for a complete organization, undefined where Fly does not show it. */
  const tokenApps = once(async (): Promise<readonly string[] | "all" | undefined> => {
    const { tokens = [] } = await read<Tokens>("/v1/tokens/current").catch((): Tokens => ({}));
    if (tokens.length === 0) return undefined;
    return tokens.every(({ apps: own }) => own !== undefined)
      ? tokens.flatMap(({ apps: own = [] }) => own)
      : "all";
  });

  const token = async (): Promise<Finding> => {
    const path = `/v1/apps?org_slug=${encodeURIComponent(organization)}`;
    const { refusal } = await refusedWith([401, 403, 404], read(path));
    if (!refusal) return holds(`FLY_ACCESS_TOKEN may read the organization ${organization}`);
    if (statusOf(refusal) === 401)
      return fails("FLY_ACCESS_TOKEN is not accepted", newToken("FLY_ACCESS_TOKEN"), onWorkers);
    const tokenFor = await tokenApps();
    if (tokenFor === undefined || tokenFor === "all")
      return unknown(
        `Fly does not show the apps of the organization ${organization} to FLY_ACCESS_TOKEN`,
        orgToken,
      );
    const refused = await Promise.all(
      [...seen].map(async ([app, look]) => ((await look()).refusal ? [app] : [])),
    );
    const missing = refused.flat();
    const own = tokenFor.join(", ") || "no app";
    if (missing.length === 0)
      return holds(
        `FLY_ACCESS_TOKEN is for ${own}; environments of pull requests need one of the organization`,
      );
    const found = `FLY_ACCESS_TOKEN is for ${own}, and a rollout needs ${missing.join(", ")} too`;
    if (missing.some(isWorkers)) return fails(found, orgToken, onWorkers);
    return fails(found, orgToken, missing.some(isChanged) ? "forward" : "none");
  };

  const appCheck = (app: string, setting: string) => async (): Promise<Finding> => {
    const { refusal } = await (seen.get(app) ?? (() => refusedWith([401, 403, 404], read(appPath(app)))))();
    if (!refusal) return holds("is there, and the token may read it");
    const status = statusOf(refusal);
    if (status === 404) return holds("is not there yet: the rollout creates it");
    if (status === 401) return unknown("Fly does not accept the token for it");
    const tokenFor = await tokenApps();
    const found =
      "another organization has the name, or the token may not read the app: names are world-wide";
    if (tokenFor === undefined) return unknown(`${found}; Fly does not show what the token is for`, orgToken);
    if (tokenFor !== "all") return fails("the token is for other apps", orgToken, "none");
    const fix = `${setCommand(stack, setting, "OTHER-NAME")}${setting === "fly.imageApp" ? "" : ", and app in its fly.*.toml"}`;
    return fails(found, fix, isChanged(app) ? "forward" : "none");
  };

  const places = async (): Promise<Finding> => {
    const { regions: known = [] } = await read<Regions>("/v1/platform/regions");
    const open = known.filter(({ deprecated }) => !deprecated);
    const closed = regions.filter((region) => !open.some(({ code }) => code === region));
    if (closed.length > 0)
      return fails(
        `Fly takes no new machines in ${closed.join(", ")}; it does in ${open.map(({ code }) => code).join(", ")}`,
        `set rollout:fly.machines, or primary_region of the fly.*.toml: https://fly.io/docs/reference/regions/`,
      );
    const paid = regions.filter((region) =>
      open.some(({ code, requires_paid_plan }) => code === region && requires_paid_plan),
    );
    if (paid.length > 0)
      return unknown(`${paid.join(", ")} requires a paid plan, and Fly does not show the plan to this token`);
    return holds(`Fly takes machines in ${regions.join(", ")}`);
  };

  return [
    { name: "Fly token", isCheap: true, isForRollbacks: true, look: token },
    ...[...named].map(([app, setting]) => ({
      name: `Fly app ${app}`,
      isCheap: true,
      look: appCheck(app, setting),
    })),
    ...(regions.length > 0 ? [{ name: "Fly regions", look: places }] : []),
    {
      name: "Fly capacity",
      look: () => Promise.resolve(unknown("Fly shows whether it has room for a machine when one is created")),
    },
  ];
}
