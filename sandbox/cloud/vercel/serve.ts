import type { IncomingMessage, ServerResponse } from "node:http";
import type { StandInContext } from "../stand-in.ts";
import { deploymentUrl } from "./cloud.ts";
import { hasBypass, isProtected, loginPage } from "./protection.ts";
import { forwardToFunction, newRequestId, sendError, sendFile } from "./proxy.ts";
import { resolveRoute } from "./routing.ts";
import type { Runtime } from "./runtime.ts";
import type { Alias, Deployment, VercelState } from "./state.ts";

/** Answers requests to the addresses of deployments and aliases. */
export class Edge {
  readonly #context: StandInContext;
  readonly #state: VercelState;
  readonly #runtime: Runtime;

  constructor(context: StandInContext, state: VercelState, runtime: Runtime) {
    this.#context = context;
    this.#state = state;
    this.#runtime = runtime;
  }

  /** A request to a deployment's own address. */
  toDeployment(id: string, request: IncomingMessage, response: ServerResponse): void {
    this.#answer(this.#state.deployments[id], undefined, request, response);
  }

  /**
   * A request to an alias. Where it points is read once, here: a request that is under way while the alias is
   * switched ends on the deployment that it began on.
   */
  toAlias(uid: string, request: IncomingMessage, response: ServerResponse): void {
    const alias = this.#state.aliases[uid];
    this.#answer(this.#state.deployments[alias?.deploymentId ?? ""], alias, request, response);
  }

  #answer(
    deployment: Deployment | undefined,
    alias: Alias | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const id = newRequestId();
    this.#serve(deployment, alias, request, response, id).catch((error: unknown) => {
      this.#context.log(`${id} ${deployment?.id ?? ""}: ${(error as Error).message}`);
      sendError(response, 500, "INTERNAL_FUNCTION_INVOCATION_FAILED", id);
    });
  }

  async #serve(
    deployment: Deployment | undefined,
    alias: Alias | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
  ): Promise<void> {
    const project = this.#state.projects[deployment?.projectId ?? ""];
    if (!deployment || !project) {
      sendError(response, 404, "DEPLOYMENT_NOT_FOUND", id);
      return;
    }
    if (deployment.readyState !== "READY") {
      sendError(response, 404, "DEPLOYMENT_NOT_READY", id);
      return;
    }
    if (isProtected(project, deployment, alias) && !hasBypass(project, request)) {
      response.writeHead(401, {
        "content-type": "text/html; charset=utf-8",
        "x-robots-tag": "noindex",
        "x-vercel-id": id,
        server: "Vercel",
      });
      response.end(loginPage);
      return;
    }
    const loaded = await this.#runtime.load(deployment);
    loaded.requestsInFlight += 1;
    loaded.usedAt = Date.now();
    try {
      const path = (request.url ?? "/").replace(/[?#].*$/s, "");
      const { destination, headers } = await resolveRoute(loaded.output, request.method ?? "GET", path);
      const target = destination.kind === "function" ? loaded.functions.get(destination.name) : undefined;
      if (destination.kind === "static") {
        const own = { "x-vercel-id": id, ...headers };
        await sendFile(request, response, destination.file, destination.status, own);
      } else if (destination.kind === "status" && destination.status !== 404) {
        response.writeHead(destination.status, { ...headers, "x-vercel-id": id, server: "Vercel" }).end();
      } else if (destination.kind !== "function" || !target) {
        sendError(response, 404, "NOT_FOUND", id);
      } else {
        await forwardToFunction({
          request,
          response,
          target,
          deploymentUrl: deploymentUrl(deployment),
          headers,
          maxDuration: destination.config.maxDuration,
          id,
        });
      }
    } finally {
      loaded.requestsInFlight -= 1;
      loaded.usedAt = Date.now();
    }
  }
}
