import { setTimeout as delay } from "node:timers/promises";
import type { Given } from "./arguments.ts";
import type { Cloud } from "./cloud.ts";
import { appOf, listingFlags } from "./listings.ts";
import type { Flags } from "./arguments.ts";

export const logsFlags: Flags = {
  ...listingFlags,
  machine: { kind: "text", short: "m" },
  instance: { kind: "text", short: "i" },
  region: { kind: "text", short: "r" },
  "no-tail": { kind: "switch", short: "n" },
};
const pollMilliseconds = 300;

interface Answer {
  readonly data: readonly {
    readonly attributes: {
      message: string;
      instance: string;
      region: string;
      timestamp: string;
      level: string;
    };
  }[];
  readonly meta: { readonly next_token: string };
}

/** The last lines, then those that come, until it is ended; with `--no-tail` the last ones only. */
export async function logs(given: Given, cloud: Cloud, signal: AbortSignal): Promise<void> {
  const app = encodeURIComponent(appOf(given));
  const query = new URLSearchParams({ instance: given.text("machine") ?? given.text("instance") ?? "" });
  const region = given.text("region");
  if (region !== undefined) query.set("region", region);
  for (let token = ""; !signal.aborted;) {
    query.set("next_token", token);
    const { data, meta } = await cloud.uiex<Answer>(`/apps/${app}/logs?${query.toString()}`, { signal });
    for (const { attributes } of data)
      console.log(
        given.isOn("json", false)
          ? JSON.stringify(attributes)
          : `${attributes.timestamp} app[${attributes.instance}] ${attributes.region} [${attributes.level}] ${attributes.message}`,
      );
    if (given.isOn("no-tail", false)) return;
    token = meta.next_token;
    await delay(pollMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}
