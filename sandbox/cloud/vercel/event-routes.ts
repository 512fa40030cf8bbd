import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import type { VercelCloud } from "./cloud.ts";
import { requireDeployment } from "./cloud.ts";
import type { Deployment } from "./state.ts";

const followLimitMilliseconds = 5 * 60_000;
const lookAgainMilliseconds = 100;

/**
 * What a build printed. `follow` waits for its end and then answers it all; the vendor sends each line as it comes.
 */
export function eventRoutes({ store }: VercelCloud): Hono {
  const routes = new Hono();
  for (const path of ["/v2/deployments", "/v3/deployments", "/v3/now/deployments"] as const)
    routes.get(`${path}/:idOrUrl/events`, async (c) => {
      const deployment = requireDeployment(store.state, c.req.param("idOrUrl"));
      const { follow, format } = c.req.query();
      if (follow === "1") await settle(deployment, c.req.raw.signal);
      const lines = buildLines(deployment);
      if (format !== "lines") return c.json(lines.map((line) => asEvent(deployment, line)));
      // Each in a line of its own is what the vercel CLI asks for, in a flatter form.
      const text = lines.map((line) => `${JSON.stringify(asLogLine(deployment, line))}\n`).join("");
      return c.body(text, 200, { "content-type": "application/stream+json" });
    });
  routes.get("/v11/deployments/:id/builds", (c) => {
    requireDeployment(store.state, c.req.param("id"));
    // What is uploaded built has no builds.
    return c.json({ builds: [] });
  });
  return routes;
}

async function settle(deployment: Deployment, signal: AbortSignal): Promise<void> {
  const isUnderWay = (): boolean => ["QUEUED", "BUILDING"].includes(deployment.readyState);
  const end = Date.now() + followLimitMilliseconds;
  while (isUnderWay() && !signal.aborted && Date.now() < end) await sleep(lookAgainMilliseconds);
}

interface Line {
  readonly at: number;
  readonly serial: number;
  readonly text: string;
}

/** The build as the few lines that happened. */
function buildLines({ buildingAt, ready, errorMessage }: Deployment): Line[] {
  const lines: [number | undefined, string][] = [
    [buildingAt, "Using prebuilt build artifacts..."],
    [ready, "Deployment completed"],
    [errorMessage === undefined ? undefined : buildingAt, `Error: ${errorMessage ?? ""}`],
  ];
  return lines
    .filter((line): line is [number, string] => line[0] !== undefined)
    .map(([at, text], serial) => ({ at, serial, text }));
}

function payloadOf({ id }: Deployment, { at, serial, text }: Line) {
  return { deploymentId: id, id: `${String(at)}${String(serial)}`, date: at, serial: String(serial), text };
}

const typeOf = ({ text }: Line): string => (text.startsWith("Error") ? "stderr" : "stdout");

function asEvent(deployment: Deployment, line: Line): object {
  return { type: typeOf(line), created: line.at, payload: payloadOf(deployment, line) };
}

/** As `BuildLog` of the vercel CLI (vercel/vercel packages/cli/src/util/logs.ts). */
function asLogLine(deployment: Deployment, line: Line): object {
  const info = { type: "build", name: "bld_sandbox", entrypoint: "." };
  return { type: typeOf(line), created: line.at, ...payloadOf(deployment, line), info };
}
