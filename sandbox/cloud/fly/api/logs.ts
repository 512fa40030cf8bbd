import { open } from "node:fs/promises";
import { Hono } from "hono";
import type { Machine } from "../state.ts";
import { FlyError } from "./errors.ts";
import { findApp, type Services } from "./services.ts";
import { machinesOf } from "./views.ts";

const lastBytes = 64 * 1024;
const lastLines = 100;

/** By machine: how much of its log a client has had. */
type Token = Readonly<Record<string, number>>;

/**
 * `GET /api/v1/apps/{app}/logs`: the last lines of each machine since its present version began; with the `next_token` of
 * an answer, those that came since. A machine's log holds no times: a line carries the time of the asking.
 */
export function logRoutes(services: Services): Hono {
  const { store, runner } = services;
  const routes = new Hono();

  routes.get("/apps/:app/logs", async (c) => {
    const app = findApp(services, c.req.param("app"));
    const instance = c.req.query("instance") ?? "";
    const region = c.req.query("region") ?? "";
    const token = readToken(c.req.query("next_token") ?? "");
    // One that destroyed itself is heard only when it is asked for by name: a release command's machine.
    const buried = Object.values(store.state.destroyed ?? {}).filter(
      (machine) => machine.app === app.name && machine.id === instance,
    );
    const machines = [...machinesOf(store.state, app.name), ...buried].filter(
      (machine) =>
        (instance === "" || machine.id === instance) && (region === "" || machine.region === region),
    );
    const next: Record<string, number> = { ...token };
    const data: unknown[] = [];
    for (const machine of machines) {
      const { lines, end } = await linesOf(machine, token[machine.id]);
      next[machine.id] = end;
      for (const message of lines)
        data.push({
          id: `${machine.id}-${end}-${data.length}`,
          type: "log",
          attributes: {
            timestamp: new Date().toISOString(),
            message,
            level: "info",
            instance: machine.id,
            region: machine.region,
            meta: { instance: machine.id, region: machine.region, event: { provider: "app" } },
          },
        });
    }
    return c.json({ data, meta: { next_token: writeToken(next) } });
  });

  const linesOf = async (machine: Machine, since: number | undefined): Promise<Lines> => {
    const { file, offset } = runner.log(machine);
    const handle = await open(file, "r").catch(() => undefined);
    if (!handle) return { lines: [], end: since ?? 0 };
    try {
      const { size } = await handle.stat();
      const start = Math.min(size, Math.max(since ?? offset, size - lastBytes, 0));
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
      // A line that is still being written is for the next answer.
      const whole = buffer.subarray(0, bytesRead).lastIndexOf("\n") + 1;
      const text = buffer.toString("utf8", 0, whole).trimEnd();
      return { lines: text === "" ? [] : text.split("\n").slice(-lastLines), end: start + whole };
    } finally {
      await handle.close();
    }
  };

  return routes;
}

interface Lines {
  readonly lines: readonly string[];
  readonly end: number;
}

function writeToken(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function readToken(text: string): Token {
  if (text === "") return {};
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Token;
  } catch {
    throw new FlyError(400, "invalid next_token");
  }
}
