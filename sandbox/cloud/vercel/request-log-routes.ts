import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";
import type { VercelCloud } from "./cloud.ts";
import { deploymentUrl, requireProject } from "./cloud.ts";
import type { Deployment } from "./state.ts";

const pageSize = 50;

/**
 * What functions printed, as `vercel logs` asks for it (vercel/vercel packages/cli/src/util/logs-v2.ts; the vendor has no
 * document of this call). A row is a line; requests are not told apart, and the time is that of the last line.
 */
export function requestLogRoutes(cloud: VercelCloud): Hono {
  const { state } = cloud.store;
  const routes = new Hono();
  routes.get("/api/logs/request-logs", async (c) => {
    const { projectId = "", deploymentId, search = "" } = c.req.query();
    const project = requireProject(state, projectId);
    const page = Number(c.req.query("page") ?? 0) || 0;
    const deployments = Object.values(state.deployments)
      .filter((each) => each.projectId === project.id)
      .filter((each) => deploymentId === undefined || each.id === deploymentId);
    const rows = (await Promise.all(deployments.map((each) => rowsOf(cloud, each)))).flat();
    const found = rows.filter(({ logs }) => logs[0]?.message.includes(search)).reverse();
    return c.json({
      rows: found.slice(page * pageSize, (page + 1) * pageSize),
      hasMoreRows: found.length > (page + 1) * pageSize,
    });
  });
  return routes;
}

interface Row {
  readonly timestamp: string;
  readonly logs: readonly { readonly level: string; readonly message: string }[];
  readonly [detail: string]: unknown;
}

async function rowsOf({ context }: VercelCloud, deployment: Deployment): Promise<Row[]> {
  const folder = context.home.logsFolder;
  const files = (await readdir(folder)).filter((name) => name.startsWith(`vercel-${deployment.id}-`));
  const rows = files.map(async (name): Promise<Row[]> => {
    const file = join(folder, name);
    const [text, { mtime }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((message, at) => ({
        requestId: `${deployment.id}-${String(at)}`,
        timestamp: mtime.toISOString(),
        deploymentId: deployment.id,
        domain: deploymentUrl(deployment),
        environment: deployment.target ?? "preview",
        logs: [{ level: "info", message }],
        events: [{ source: "serverless" }],
      }));
  });
  return (await Promise.all(rows)).flat();
}
