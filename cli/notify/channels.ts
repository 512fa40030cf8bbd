import { createHash } from "node:crypto";
import type { GitHub } from "@rollout/infra/github/client";
import { closeIncident, commentOnIncident, openIncident } from "@rollout/infra/rollout/incident/issue";
import type { RecordPlace } from "@rollout/infra/rollout/records/chain";
import type { NotifySettings } from "../../stacks/settings/schema/watch.ts";
import type { Notification, Send } from "./notification.ts";
import { Refused } from "./notification.ts";

/** Any receiver of our own form. @param url Secret. */
export function webhook(url: string): Send {
  return (notification, signal) => post(url, notification, signal);
}

/** Slack, and what takes the same form: Mattermost, Rocket.Chat, Discord with `/slack`. @param url Secret. */
export function slack(url: string): Send {
  return ({ event, title, text }, signal) =>
    post(
      url,
      { text: `${event === "resolved" ? ":white_check_mark:" : ":rotating_light:"} *${title}*\n${text}` },
      signal,
    );
}

/** PagerDuty's Events API, version 2. @param key Secret. Integration key of a service. */
export function pagerDuty(key: string, { pagerDutyUrl }: Pick<NotifySettings, "pagerDutyUrl">): Send {
  return (notification, signal) => {
    const { event, key: incident, title, severity, environment, at, details, text } = notification;
    const common = { routing_key: key, dedup_key: incident };
    const body =
      event === "resolved"
        ? { ...common, event_action: "resolve" }
        : {
            ...common,
            event_action: "trigger",
            payload: {
              // More is refused.
              summary: title.slice(0, 1024),
              ...{ source: environment, severity, timestamp: at, component: environment },
              custom_details: { text, ...details },
            },
          };
    return post(`${pagerDutyUrl.replace(/\/$/, "")}/v2/enqueue`, body, signal);
  };
}

const subjects = { opened: "", escalated: "Escalated: ", resolved: "Resolved: " } as const;

/** A mail by SMTP; of one incident all are one thread. @param url Secret: `smtps://USER:PASSWORD@HOST:PORT`. */
export function mail(url: string, { mailFrom, mailTo, timeoutSeconds }: NotifySettings): Send | undefined {
  if (mailFrom === undefined || mailTo.length === 0) return undefined;
  return async ({ event, key, title, text }) => {
    const { createTransport } = await import("nodemailer");
    const address = new URL(url);
    const transport = createTransport({
      host: address.hostname,
      port: Number(address.port) || (address.protocol === "smtps:" ? 465 : 587),
      secure: address.protocol === "smtps:",
      ...(address.username === ""
        ? {}
        : {
            auth: { user: decodeURIComponent(address.username), pass: decodeURIComponent(address.password) },
          }),
      connectionTimeout: timeoutSeconds * 1000,
      greetingTimeout: timeoutSeconds * 1000,
      socketTimeout: timeoutSeconds * 1000,
    });
    const thread = `<${createHash("sha256").update(key).digest("hex").slice(0, 32)}@rollout>`;
    try {
      await transport.sendMail({
        ...{ from: mailFrom, to: [...mailTo] },
        subject: `${subjects[event]}${title}`,
        text,
        ...(event === "opened" ? { messageId: thread } : { inReplyTo: thread, references: thread }),
      });
    } catch (error) {
      const { code, responseCode } = error as { readonly code?: string; readonly responseCode?: number };
      const reason = `the mail server ${responseCode === undefined ? "gives no answer" : `answers ${String(responseCode)}`} (${code ?? "no code"})`;
      // 4xx of SMTP is for now, 5xx for good; a login that is refused is refused again.
      if (code === "EAUTH" || (responseCode ?? 0) >= 500) throw new Refused(reason, { cause: error });
      throw new Error(reason, { cause: error });
    } finally {
      transport.close();
    }
  };
}

/** An issue of the repository, with a comment where it is escalated; a recovery closes it. */
export function issue(github: GitHub, place: RecordPlace): Send {
  return async ({ event, title, text }) => {
    const at = { owner: place.owner, repository: place.repository, environment: place.environment, title };
    if (event !== "resolved") await openIncident(github, { ...at, body: text });
    if (event === "escalated") await commentOnIncident(github, { ...at, comment: text });
    if (event === "resolved") await closeIncident(github, { ...at, comment: text });
  };
}

async function post(url: string, body: Notification | object, signal: AbortSignal): Promise<void> {
  const answer = await fetch(url, {
    method: "POST",
    redirect: "error",
    headers: { "content-type": "application/json", "user-agent": "rollout" },
    body: JSON.stringify(body),
    signal,
  });
  await answer.arrayBuffer();
  if (answer.ok) return;
  const reason = `it answers ${String(answer.status)}`;
  throw answer.status === 429 || answer.status >= 500 ? new Error(reason) : new Refused(reason);
}
