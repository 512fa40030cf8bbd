import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import { stream } from "hono/streaming";
import type { VercelCloud } from "./cloud.ts";
import { requireDeployment, requireProject } from "./cloud.ts";
import { notFound } from "./errors.ts";
import type { RuntimeLogRow } from "./runtime-log.ts";
import { linesFromNow, rowOf } from "./runtime-log.ts";

const lookAgainMilliseconds = 100;
const limitText = "Exceeded runtime logs streaming duration limit of 5 minutes";

/**
 * What a deployment's functions answer and print from now on, a row a line: https://vercel.com/docs/rest-api/logs/get-logs-for-a-deployment.
 * It ends after five minutes with a row that says so, by which the vercel CLI knows it.
 */
export function runtimeLogRoutes({ store, runtime, runtimeLog, behaviour }: VercelCloud): Hono {
  const routes = new Hono();
  routes.get("/v1/projects/:projectId/deployments/:deploymentId/runtime-logs", async (c) => {
    const project = requireProject(store.state, c.req.param("projectId"));
    const deployment = requireDeployment(store.state, c.req.param("deploymentId"));
    if (deployment.projectId !== project.id) throw notFound("The deployment could not be found");
    const { functions } = await runtime.load(deployment);
    const files = [...new Set([...functions.values()].map(({ logFile }) => logFile))];
    const printed = await Promise.all(files.map(linesFromNow));
    c.header("content-type", "application/stream+json");
    return stream(c, async (out) => {
      const waiting: RuntimeLogRow[] = [];
      const write = (row: RuntimeLogRow): Promise<unknown> => out.write(`${JSON.stringify(row)}\n`);
      const end = runtimeLog.follow(deployment.id, (row) => void waiting.push(row));
      out.onAbort(end);
      try {
        // Sends the head of the answer.
        await out.write("\n");
        const limit = Date.now() + behaviour.runtimeLogMilliseconds;
        const isWanted = (): boolean => !out.aborted && !c.req.raw.signal.aborted && !runtimeLog.isClosed;
        while (isWanted() && Date.now() < limit) {
          const lines = (await Promise.all(printed.map((next) => next()))).flat();
          for (const row of [...waiting.splice(0), ...lines.map((message) => rowOf({ message }))])
            await write(row);
          await sleep(lookAgainMilliseconds);
        }
        if (isWanted())
          await write(rowOf({ rowId: "", level: "error", source: "delimiter", message: limitText }));
      } finally {
        end();
      }
    });
  });
  return routes;
}
