import type { IncomingMessage, ServerResponse } from "node:http";
import type { EmulatorContext } from "../emulator.ts";
import { answerRequest } from "./answer-request.ts";
import { deploymentUrl } from "./cloud.ts";
import { hasBypass, isProtected, loginPage } from "./protection.ts";
import { newRequestId, sendError } from "./proxy.ts";
import type { RuntimeLog } from "./runtime-log.ts";
import type { Runtime } from "./runtime.ts";
import type { Alias, Deployment, VercelState } from "./state.ts";

/** Answers requests to the addresses of deployments and aliases. */
export class Edge {
  readonly #context: EmulatorContext;
  readonly #state: VercelState;
  readonly #runtime: Runtime;
  readonly #runtimeLog: RuntimeLog;

  constructor(context: EmulatorContext, state: VercelState, runtime: Runtime, runtimeLog: RuntimeLog) {
    this.#context = context;
    this.#state = state;
    this.#runtime = runtime;
    this.#runtimeLog = runtimeLog;
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
      await answerRequest({ loaded, request, response, deploymentUrl: deploymentUrl(deployment), id });
    } finally {
      loaded.requestsInFlight -= 1;
      loaded.usedAt = Date.now();
      this.#runtimeLog.answered(deployment.id, {
        domain: request.headers.host ?? "",
        requestMethod: request.method ?? "GET",
        requestPath: (request.url ?? "/").replace(/[?#].*$/, ""),
        responseStatusCode: response.statusCode,
      });
    }
  }
}
