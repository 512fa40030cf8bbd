// Runs one function of a deployment: loads its handler, listens on a loopback port, writes the port into a file.
// Plain JavaScript without imports of ours: it is copied beside the deployments and must not need a loader.
//   node function-host.mjs HANDLER PORT_FILE [web]
// With `web` the handler takes a Request and gives a Response.
import { rename, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";

const [handlerFile, portFile, form] = process.argv.slice(2);
const parent = process.ppid;

const module = await import(pathToFileURL(handlerFile).href);
// A CommonJS bundle arrives as the default export of its namespace, and may hold one itself.
const handler = module.default?.default ?? module.default;
if (typeof handler !== "function") {
  console.error("the handler's default export must be a function (request, response)");
  process.exit(78);
}

const server = createServer((request, response) => {
  // A fault in a handler ends its request, not the requests beside it.
  Promise.resolve()
    .then(() => (form === "web" ? answerWeb(request, response) : handler(request, response)))
    .catch((error) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "x-vercel-error": "FUNCTION_INVOCATION_FAILED" }).end();
    });
});
async function answerWeb(incoming, response) {
  const { method, url, headers } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  const answer = await handler(
    new Request(`http://${headers.host}${url}`, {
      method,
      headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
      ...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
    }),
  );
  const cookies = answer.headers.getSetCookie();
  const given = [...answer.headers].filter(([name]) => name !== "set-cookie");
  response.writeHead(answer.status, {
    ...Object.fromEntries(given),
    ...(cookies.length > 0 ? { "set-cookie": cookies } : {}),
  });
  if (answer.body) await pipeline(Readable.fromWeb(answer.body), response);
  else response.end();
}
// The proxy keeps its connections; closing idle ones here would race with a request on its way.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", async () => {
  await writeFile(`${portFile}.next`, String(server.address().port));
  await rename(`${portFile}.next`, portFile);
});

process.once("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
// Clouds that were killed stop nothing: without them no client can reach this process.
setInterval(() => process.ppid !== parent && process.exit(0), 1000).unref();
