// Runs one bundle of a release on this machine: a worker starts automatically, the web application's handler gets a server.
// Whoever started it holds its standard input open: when that closes, however its starter ended, this process ends too.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

process.stdin.resume();
for (const event of ["end", "close", "error"]) process.stdin.once(event, () => process.exit(0));

const { default: handler } = await import(pathToFileURL(process.argv[2]).href);
if (typeof handler === "function") {
  const server = createServer((request, response) => void handler(request, response));
  server.listen(0, "127.0.0.1", () => {
    process.stdout.write(`${JSON.stringify({ event: "web_start", port: server.address().port })}\n`);
  });
}
