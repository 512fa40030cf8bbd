import { request } from "node:http";

/** A part of the sandbox failed on its own; its log has the reason. */
export class CloudFault extends Error {
  constructor(call: string, status: number) {
    super(`The sandbox failed at ${call} (${status})`);
    this.name = "CloudFault";
  }
}

/**
 * One call to a loopback address of this sandbox that answers JSON. By node:http: loading `fetch` would cost every
 * command 30 ms. Rejects on any status but 2xx.
 */
export function callControl(
  origin: string,
  token: string,
  method: string,
  path: string,
  limitMilliseconds: number,
  body?: unknown,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${origin}${path}`,
      {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(limitMilliseconds),
        agent: false,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode = 0 } = response;
          const call = `${method} ${origin}${path}`;
          try {
            if (statusCode >= 500) throw new CloudFault(`${method} ${path}`, statusCode);
            if (statusCode < 200 || statusCode > 299)
              throw new Error(`${call} was answered ${statusCode}: ${text}`);
            resolve(text === "" ? undefined : JSON.parse(text));
          } catch (cause) {
            reject(
              cause instanceof SyntaxError ? new Error(`${call}: no JSON`, { cause }) : (cause as Error),
            );
          }
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
