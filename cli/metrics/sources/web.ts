import { performance } from "node:perf_hooks";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import { loginIn } from "@rollout/infra/vercel/visitor-login";
import { single } from "../samples.ts";
import type { MetricSource } from "../source.ts";
import { NotReadable } from "../source.ts";

/** For the answer of the health path, in milliseconds: a visitor waits no longer either. */
const patience = 5_000;

/** Whether the live web answers, as a visitor sees it. That it does not is a finding, and the source is up. */
export function webSource(
  attempts: () => Promise<readonly Attempt[]>,
  healthPath: string,
  now: () => number = () => performance.now(),
): MetricSource {
  return {
    name: "web",
    read: async () => {
      const address = liveOf(await attempts())?.ended?.webUrl;
      if (address === undefined) return metricsOf(undefined, undefined);
      const began = now();
      const answer = await fetch(`${address}${healthPath}`, {
        redirect: "manual",
        signal: AbortSignal.timeout(patience),
      }).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer && loginIn(answer) !== undefined)
        throw new NotReadable(`${address} requires a login of Vercel`);
      return metricsOf(answer?.ok === true, answer && (now() - began) / 1000);
    },
  };
}

function metricsOf(isUp: boolean | undefined, took: number | undefined) {
  return [
    single(
      "rollout_web_up",
      "Whether the health path of the live web answers with a success",
      isUp === undefined ? undefined : Number(isUp),
    ),
    single("rollout_web_response_seconds", "How long it took to answer", took),
  ];
}
