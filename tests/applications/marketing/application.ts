import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { answerApi } from "./api.ts";
import { openDatabase } from "./database.ts";
import type { CheckName, IsBroken } from "./faults.ts";
import type { Answer } from "./pages.ts";
import { missingPage, pageAt } from "./pages.ts";
import type { Worker } from "./worker.ts";
import { startWorker } from "./worker.ts";

/** A small application with pages, an API, a queue and a worker, of which each part can be broken. */
export interface Marketing {
  readonly url: string;
  readonly worker: Worker;
  /** Breaks what this check looks at, and fixes what was broken before. */
  seed(check: CheckName | undefined): void;
  stop(): Promise<void>;
}

export interface MarketingOptions {
  readonly databaseUrl: string;
  readonly apiKey: string;
  /** Called where an answer takes so many milliseconds. */
  readonly delay: (milliseconds: number) => void;
}

const appOrigin = "https://app.letters.example";

export async function startMarketing({ databaseUrl, apiKey, delay }: MarketingOptions): Promise<Marketing> {
  let broken: CheckName | undefined;
  const isBroken: IsBroken = (check) => check === broken;
  const database = await openDatabase(databaseUrl);
  const worker = startWorker(database.ask, isBroken);
  let origin = "";

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method = "GET", url: path = "/", headers } = request;
    if (method === "OPTIONS") return preflight(headers.origin ?? "", isBroken);
    if (path.startsWith("/api/")) {
      const given = headers.authorization;
      const mayUse =
        given === `Bearer ${apiKey}` ||
        (given === undefined
          ? isBroken("auth: none without a key")
          : isBroken("auth: none with a wrong key"));
      const body = await text(request);
      return answerApi(
        { ask: database.ask, worker, isBroken, origin, delay },
        { method, path, body, mayUse },
      );
    }
    const [, link] = /^\/l\/(\w+)$/.exec(path) ?? [];
    const [found] =
      link === undefined
        ? []
        : await database.ask<{ target: string }>("SELECT target FROM links WHERE id = $1", [link]);
    if (found)
      return { status: 302, headers: { location: isBroken("link: it redirects") ? "/" : found.target } };
    return pageAt(path, isBroken) ?? missingPage(isBroken);
  };

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  return {
    url: origin,
    worker,
    seed: (check) => (broken = check),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await worker.idle();
      await database.close();
    },
  };
}

function preflight(origin: string, isBroken: IsBroken): Answer {
  const allowed = isBroken("cors: other sites may not") || origin === appOrigin;
  return {
    status: 204,
    headers: allowed
      ? {
          "access-control-allow-origin": origin,
          "access-control-allow-methods": "GET, POST, DELETE",
          "access-control-allow-headers": isBroken("cors: the app may call")
            ? "content-type"
            : "authorization, content-type",
        }
      : {},
  };
}
