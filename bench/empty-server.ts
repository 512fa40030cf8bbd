import { spawn } from "node:child_process";
import { once } from "node:events";

/** A Node HTTP server that does nothing: the floor that everything else stands on. */
export interface EmptyServer {
  readonly origin: string;
  readonly pid: number;
  /** Seconds from the start of the process to its first address. */
  readonly startSeconds: number;
  close(): Promise<void>;
}

const program = `
require("node:http").createServer((request, response) => {
  request.resume();
  request.on("end", () => response.writeHead(200, { "content-type": "application/json", "content-length": 2 }).end("{}"));
}).listen(0, "127.0.0.1", function () { process.stdout.write(String(this.address().port)); });`;

export async function openEmptyServer(): Promise<EmptyServer> {
  const begin = performance.now();
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return {
    origin: `http://127.0.0.1:${port.toString()}`,
    pid: child.pid ?? 0,
    startSeconds: (performance.now() - begin) / 1_000,
    close: async () => {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}
