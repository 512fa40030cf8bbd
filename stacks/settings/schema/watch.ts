import { z } from "zod";

/** How a release is judged after it went live, and who hears of it. Neither deploys anything. */

const ratio = z.number().min(0).max(1);
const secondsUpTo = (limit: number) => z.number().int().min(1).max(limit);

export const watchSchema = z
  .strictObject({
    prometheus: z
      .url({ protocol: /^https?$/ })
      .refine(
        (url) => new URL(url).username === "",
        "expected no user and password: ROLLOUT_PROMETHEUS_TOKEN holds the token",
      )
      .optional()
      .describe(
        "Address of a server that answers Prometheus' HTTP API; without one, the application itself is scraped. A bearer token for it is " +
          "ROLLOUT_PROMETHEUS_TOKEN in the environment.",
      ),
    prometheusLabels: z
      .record(z.string().regex(/^[a-zA-Z_]\w*$/), z.string())
      .default({})
      .describe("Labels that single this environment's series out there, such as environment: production."),
    everySeconds: z.number().int().min(1).max(60).default(15).describe("Seconds between two looks."),
    windowSeconds: secondsUpTo(3_600)
      .default(300)
      .describe("Seconds over which requests, restarts and the application's own figures are counted."),
    health: z
      .strictObject({
        failures: z.number().int().min(1).default(3).describe("Failures in a row that condemn a part,"),
        withinSeconds: secondsUpTo(3_600).default(120).describe("all within so many seconds."),
        successes: z.number().int().min(1).default(2).describe("Successes in a row that clear that,"),
        clearWithinSeconds: secondsUpTo(3_600).default(300).describe("all within so many seconds."),
        restarts: z
          .number()
          .int()
          .min(1)
          .default(2)
          .describe(
            "Restarts of a part's machines within the window that condemn it; most memory leaks end so.",
          ),
      })
      .prefault({}),
    performance: z
      .strictObject({
        p95Seconds: z
          .number()
          .positive()
          .default(2)
          .describe("Time within which 95 of 100 requests are answered."),
        p99Seconds: z
          .number()
          .positive()
          .default(5)
          .describe("Time within which 99 of 100 requests are answered."),
        errorRate: ratio.default(0.05).describe("Share of requests that may fail."),
        throughputDrop: ratio
          .default(0.3)
          .describe("By how much requests per second may drop against the release before."),
        violations: z.number().int().min(1).default(2).describe("Violations in a row that condemn a part."),
        minimumRequests: z
          .number()
          .int()
          .min(1)
          .default(50)
          .describe("Requests in the window below which nothing is concluded of it."),
      })
      .prefault({}),
    business: z
      .strictObject({
        minimumRatio: ratio
          .default(0.5)
          .describe("Share of what was counted before the release that has to be counted after it."),
        minimumPerHour: z
          .number()
          .min(0)
          .optional()
          .describe("Instead of that: how many an hour there have to be; 0 where none need be."),
        minimumEvents: z
          .number()
          .int()
          .min(1)
          .default(20)
          .describe("How many have to be expected in the window for a comparison to conclude anything."),
      })
      .prefault({}),
    syntheticLoad: z
      .number()
      .min(0)
      .max(100)
      .default(0)
      .describe(
        "Safe requests per second that a watch sends itself, so that it is conclusive where users send too few; 0 for none.",
      ),
    clockSkewSeconds: secondsUpTo(3_600)
      .default(30)
      .describe("By how much the clocks of this machine and of what is measured may differ."),
  })
  .prefault({})
  .describe("What condemns a release after it went live: bin/rollout watch.");

export type WatchSettings = z.output<typeof watchSchema>;

const channel = z.enum(["webhook", "slack", "pagerDuty", "mail", "issue"]);
export type Channel = z.output<typeof channel>;

export const notifySchema = z
  .strictObject({
    immediate: z
      .array(channel)
      .default(["pagerDuty", "slack", "mail", "webhook", "issue"])
      .describe(
        "Who hears of a release that failed by its health or its security. Channels without an address are skipped.",
      ),
    fast: z
      .array(channel)
      .default(["slack", "mail", "webhook", "issue"])
      .describe("Who hears of one that is slow or fails requests."),
    gradual: z
      .array(channel)
      .default(["slack", "webhook", "issue"])
      .describe("Who hears of one by which the application does less."),
    pagerDutyUrl: z
      .url({ protocol: /^https?$/ })
      .default("https://events.pagerduty.com")
      .describe("Where PagerDuty takes events; accounts in Europe have https://events.eu.pagerduty.com."),
    mailFrom: z.email().optional().describe("Sender of mails."),
    mailTo: z.array(z.email()).default([]).describe("Who gets mails."),
    timeoutSeconds: secondsUpTo(60).default(10).describe("Longest time for one try of a delivery."),
  })
  .prefault({})
  .describe(
    "Who is notified of a release that a watch condemned. Addresses with a secret are rollout:notifySecrets, or ROLLOUT_NOTIFY_* in the environment.",
  );

export type NotifySettings = z.output<typeof notifySchema>;
