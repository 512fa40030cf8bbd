import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { FunctionAnswer } from "./ask-function.ts";
import { askFunction } from "./ask-function.ts";
import type { Asked } from "./conditions.ts";
import type { FunctionProcess } from "./function-process.ts";
import { isForFunction } from "./prerendered-answers.ts";
import { forwardToFunction, requestHeaders, sendError, sendFile, withoutHopByHop } from "./proxy.ts";
import type { MiddlewareAnswer, Routed } from "./routing.ts";
import { resolveRoute } from "./routing.ts";
import type { LoadedDeployment } from "./runtime.ts";

export interface RequestToDeployment {
  readonly loaded: LoadedDeployment;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly deploymentUrl: string;
  readonly id: string;
}

/** Answers a request to a deployment: by a file, a kept answer, or a function. */
export async function answerRequest(to: RequestToDeployment): Promise<void> {
  const { loaded, request, response, id } = to;
  const [, path = "/", query = ""] = /^([^?#]*)\??([^#]*)/.exec(request.url ?? "") ?? [];
  const asked: Asked = {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
  };
  if (loaded.output.hasImages && /^\/_(?:next|vercel)\/image$/.test(asked.path)) {
    sendError(response, 501, "THE_SANDBOX_RESIZES_NO_IMAGES", id);
    return;
  }
  const changed: OutgoingHttpHeaders = {};
  const routed = await resolveRoute(loaded.output, asked, (name, seen) =>
    askMiddleware(to, loaded.functions.get(name), seen, changed),
  );
  if ("response" in routed) {
    send(to, routed.response, {});
    return;
  }
  const { destination, status, headers } = routed;
  if (destination.kind === "static") {
    const { contentType } = destination;
    const own = {
      "x-vercel-id": id,
      ...(contentType === undefined ? {} : { "content-type": contentType }),
      ...headers,
    };
    await sendFile(request, response, destination.file, status, own);
  } else if (destination.kind === "function") {
    await answerByFunction(to, asked, { ...routed, destination }, changed);
  } else if (status === 404) sendError(response, 404, "NOT_FOUND", id);
  else response.writeHead(status, { ...headers, "x-vercel-id": id, server: "Vercel" }).end();
}

/**
 * Asks a middleware, without the request's body. Its answer continues where its headers ask for that (Build Output API, "Routing Middleware"):
 * `x-middleware-next`, `x-middleware-rewrite`, and the headers that the function shall see.
 *
 * @param changed gets those headers.
 */
async function askMiddleware(
  to: RequestToDeployment,
  target: FunctionProcess | undefined,
  { method, path, query }: Asked,
  changed: OutgoingHttpHeaders,
): Promise<MiddlewareAnswer<FunctionAnswer>> {
  if (!target) throw new Error("the output has no such middleware");
  const answer = await askFunction(target, {
    method,
    url: withQuery(path, query),
    headers: withoutBody(requestHeaders(to)),
  });
  const { headers } = answer;
  const rewrite = text(headers["x-middleware-rewrite"]);
  if (headers["x-middleware-next"] !== "1" && rewrite === undefined) return { response: answer };
  const names = text(headers["x-middleware-override-headers"])?.split(",") ?? [];
  for (const name of names.map((each) => each.trim().toLowerCase()))
    changed[name] = headers[`x-middleware-request-${name}`];
  const ownHeaders = Object.entries(withoutHopByHop(headers)).flatMap(([name, value]) =>
    name.startsWith("x-middleware-") || ["content-length", "date", "content-type"].includes(name)
      ? []
      : [[name, String(value)] as const],
  );
  const place = rewrite === undefined ? undefined : new URL(rewrite, "http://deployment");
  return {
    headers: Object.fromEntries(ownHeaders),
    ...(place ? { rewrite: `${place.pathname}${place.search}` } : {}),
  };
}

async function answerByFunction(
  to: RequestToDeployment,
  asked: Asked,
  routed: Routed & { readonly destination: { readonly kind: "function" } },
  changed: OutgoingHttpHeaders,
): Promise<void> {
  const { loaded, request, response, deploymentUrl, id } = to;
  const { name, config } = routed.destination;
  const target = loaded.functions.get(name);
  if (!target) throw new Error(`the output has no function ${name}`);
  const matches = new URLSearchParams(routed.query.map(([key, value]): [string, string] => [key, value]));
  const query = new URLSearchParams([...asked.query, ...matches]);
  const extra = {
    ...changed,
    // What a framework's own router goes by.
    "x-matched-path": `/${name === "index" ? "" : name}`,
    ...(matches.size > 0 ? { "x-now-route-matches": matches.toString() } : {}),
  };
  const prerender = loaded.output.prerenders.get(name);
  if (prerender && !isForFunction(prerender, asked)) {
    const { cache, ...answer } = await loaded.prerendered.answer(
      name,
      prerender,
      { ...asked, query },
      (passed) =>
        askFunction(target, {
          method: "GET",
          url: withQuery(routed.path, passed),
          headers: { ...withoutBody(requestHeaders(to)), ...extra },
        }),
    );
    send(to, answer, { ...routed.headers, "x-vercel-cache": cache });
    return;
  }
  // As it came, where no route adds to it.
  const isSame = routed.path === asked.path && matches.size === 0;
  await forwardToFunction({
    ...{ request, response, target, deploymentUrl, id },
    url: isSame ? (request.url ?? "/") : withQuery(routed.path, query),
    requestHeaders: extra,
    headers: routed.headers,
    maxDuration: config.maxDuration,
  });
}

function send(
  { request, response, id }: RequestToDeployment,
  { status, headers, body }: FunctionAnswer,
  added: Readonly<Record<string, string>>,
): void {
  const own = Object.entries(withoutHopByHop(headers)).filter(([name]) => name !== "content-length");
  response.writeHead(status, {
    ...Object.fromEntries(own),
    ...added,
    "content-length": body.length,
    server: "Vercel",
    "x-vercel-id": id,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function withoutBody(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const { "content-length": _length, "transfer-encoding": _encoding, ...others } = headers;
  return others;
}

function withQuery(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
