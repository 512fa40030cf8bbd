import { UserError } from "../user-error.ts";
import type { Deliveries, Delivery } from "./deliveries.ts";

const limitMilliseconds = 60_000;
const callLimitMilliseconds = 10_000;

/** What each route of alertmanager.yml leads to. */
const expected = [
  { severity: "critical", kinds: ["pagerduty", "slack", "webhook"] },
  { severity: "warning", kinds: ["slack", "email"] },
] as const;

/**
 * Sends one alert of each severity to Alertmanager, waits until every kind of receiver has it, ends them, and waits until each
 * has that too.
 *
 * @throws UserError that names what was not delivered.
 */
export async function deliverTestAlert(
  alertmanager: string,
  deliveries: Deliveries,
): Promise<readonly Delivery[]> {
  const arrived: Delivery[] = [];
  for (const status of ["firing", "resolved"] as const) {
    await send(alertmanager, status);
    for (const { severity, kinds } of expected)
      for (const kind of kinds)
        arrived.push(
          await deliveries.next(
            `the ${status} test alert of severity ${severity} by ${kind}`,
            (each) =>
              each.kind === kind && each.status === status && each.text.includes(markOf(kind, severity)),
            limitMilliseconds,
          ),
        );
  }
  return arrived;
}

const nameOf = (severity: string): string => `TestAlert-${severity}`;
const summaryOf = (severity: string): string => `This is a test of ${severity} alerts`;

/** By what a notification of the form is known: some have the alert's name, others what it says. */
function markOf(kind: Delivery["kind"], severity: string): string {
  return kind === "slack" ? summaryOf(severity) : nameOf(severity);
}

async function send(alertmanager: string, status: "firing" | "resolved"): Promise<void> {
  const now = new Date();
  const alerts = expected.map(({ severity }) => ({
    labels: { alertname: nameOf(severity), environment: "sandbox", severity },
    annotations: { summary: summaryOf(severity), description: "Nothing is to be done." },
    startsAt: new Date(now.getTime() - 1_000).toISOString(),
    endsAt: new Date(now.getTime() + (status === "firing" ? 3_600_000 : 0)).toISOString(),
  }));
  const answer = await fetch(`${alertmanager}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(alerts),
    signal: AbortSignal.timeout(callLimitMilliseconds),
  });
  if (!answer.ok)
    throw new UserError(`Alertmanager answered ${String(answer.status)}: ${await answer.text()}`);
}
