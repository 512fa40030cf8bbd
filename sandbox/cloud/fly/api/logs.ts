import { open } from "node:fs/promises";
import { Hono } from "hono";
import type { Machine } from "../state.ts";
import { findApp, type Services } from "./services.ts";
import { machinesOf } from "./views.ts";

const lastBytes = 64 * 1024;
const lastLines = 100;

/** `GET /api/v1/apps/{app}/logs`: the last lines of each machine since its present version began. */
export function logRoutes(services: Services): Hono {
  const { store, runner } = services;
  const routes = new Hono();

  routes.get("/apps/:app/logs", async (c) => {
    const app = findApp(services, c.req.param("app"));
    const instance = c.req.query("instance");
    const machines = machinesOf(store.state, app.name).filter(
      (machine) => instance === undefined || instance === "" || machine.id === instance,
    );
    const data: unknown[] = [];
    for (const machine of machines)
      for (const message of await linesOf(machine))
        data.push({
          id: String(data.length),
          type: "log",
          attributes: {
            timestamp: new Date().toISOString(),
            message,
            level: "info",
            instance: machine.id,
            region: machine.region,
            meta: {},
          },
        });
    return c.json({ data, meta: { next_token: "" } });
  });

  const linesOf = async (machine: Machine): Promise<string[]> => {
    const { file, offset } = runner.log(machine);
    const handle = await open(file, "r").catch(() => undefined);
    if (!handle) return [];
    try {
      const { size } = await handle.stat();
      const start = Math.max(offset, size - lastBytes, 0);
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(Math.max(size - start, 0)),
        0,
        size - start,
        start,
      );
      const text = buffer.toString("utf8", 0, bytesRead).trimEnd();
      return text === "" ? [] : text.split("\n").slice(-lastLines);
    } finally {
      await handle.close();
    }
  };

  return routes;
}
