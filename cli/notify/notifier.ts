import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { notifySecrets, settingsPrefix } from "../../stacks/settings/parse-settings.ts";
import type { Channel } from "../../stacks/settings/schema/watch.ts";
import type { Session } from "../command.ts";
import type { Recorded } from "../history/recorded.ts";
import { issue, mail, pagerDuty, slack, webhook } from "./channels.ts";
import { deliver } from "./deliver.ts";
import type { Delivery, Notification } from "./notification.ts";

const addressesSchema = z.object({
  webhook: z.string().optional(),
  slack: z.string().optional(),
  pagerDuty: z.string().optional(),
  smtp: z.string().optional(),
});

/** Secret. Where notifications go. */
type Addresses = z.infer<typeof addressesSchema>;

/** Variables that go before the stack's configuration. */
const variables = {
  webhook: "ROLLOUT_NOTIFY_WEBHOOK",
  slack: "ROLLOUT_NOTIFY_SLACK",
  pagerDuty: "ROLLOUT_NOTIFY_PAGERDUTY",
  smtp: "ROLLOUT_NOTIFY_SMTP",
} as const;

const limitMilliseconds = 60_000;

export interface Notifier {
  /** Never rejects. The same event of one incident is sent once. */
  notify(notification: Notification, channels: readonly Channel[]): Promise<readonly Delivery[]>;
}

/** Sends on the channels that a stack has addresses for, and reports what was not delivered. */
export async function openNotifier(
  session: Session,
  stack: string,
  { settings: { notify: settings }, github, place }: Pick<Recorded, "settings" | "github" | "place">,
): Promise<Notifier> {
  const addresses = await readAddresses(session, stack);
  const mailer = addresses.smtp === undefined ? undefined : mail(addresses.smtp, settings);
  const senders = {
    ...(addresses.webhook === undefined ? {} : { webhook: webhook(addresses.webhook) }),
    ...(addresses.slack === undefined ? {} : { slack: slack(addresses.slack) }),
    ...(addresses.pagerDuty === undefined ? {} : { pagerDuty: pagerDuty(addresses.pagerDuty, settings) }),
    ...(mailer === undefined ? {} : { mail: mailer }),
    issue: issue(github, place),
  };
  const sent = new Set<string>();
  return {
    async notify(notification, channels) {
      const name = `${notification.key} ${notification.event} ${notification.text}`;
      if (sent.has(name)) return [];
      sent.add(name);
      const tryLimit = settings.timeoutSeconds * 1000;
      const deliveries = await deliver(notification, channels, { senders, tryLimit });
      for (const { channel, outcome, tries, why } of deliveries)
        if (outcome === "failed")
          session.err.write(`Not notified by ${channel} after ${String(tries)} tries: ${why ?? ""}\n`);
      return deliveries;
    },
  };
}

async function readAddresses({ checkout, environment }: Session, stack: string): Promise<Addresses> {
  const words = ["config", "get", `${settingsPrefix}${notifySecrets}`, "--stack", stack, "--non-interactive"];
  const configured = await promisify(execFile)("pulumi", words, {
    ...{ cwd: checkout, env: environment, timeout: limitMilliseconds },
  }).then(
    ({ stdout }) => stdout,
    // None is set.
    () => "{}",
  );
  const given = Object.entries(variables).flatMap(([name, variable]) => {
    const value = environment[variable];
    return value ? [[name, value] as const] : [];
  });
  return { ...addressesIn(configured), ...Object.fromEntries(given) };
}

function addressesIn(text: string): Addresses {
  try {
    return addressesSchema.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}
