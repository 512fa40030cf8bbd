import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { changeApplication, failRequests } from "../../sandbox/change-application.ts";
import { ask } from "../../sandbox/staging.ts";
import { postPlan } from "../../sandbox/observe.ts";
import type { Scenario } from "../stage.ts";
import type { World } from "../world.ts";
import { rolloutLimit } from "../world.ts";

/** In seconds: a secret is variables of what runs; and the strategy of a part that fails (requirements: 2 min each). */
const [variablesLimit, fastLimit] = [120, 120];
/** How long the watch may take to see it, in seconds. */
const watchSeconds = 90;

/** Secrets that are replaced, and a watch that condemns a release and notifies. */
export function operationScenarios(world: World): readonly Scenario[] {
  const { checkout, sandbox, rolloutAs, outputs, seen, head } = world;
  const set = (setting: string, value: string, ...words: readonly string[]): Promise<string> =>
    sandbox.read(...["pulumi", "config", "set", "--stack", "staging", ...words, "--path", setting, value]);
  const isRefused = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => false,
      (error: unknown) => /401|password authentication failed/.test((error as Error).message),
    );
  return [
    {
      name: "rotate-secrets",
      promise: "Each secret that the rollout makes is replaced; the old one is refused, the new one works.",
      run: async (stage) => {
        const first = await outputs();
        await stage.within(variablesLimit, "rotate the smoke test's key", () =>
          rolloutAs(0, "rotate", "smoke-test-key"),
        );
        const second = await outputs();
        stage.expect(
          "the application",
          "the old key is refused",
          await isRefused(postPlan(second.webUrl, first.smokeApiKey, "Tea")),
          true,
        );
        stage.expect(
          "the application",
          "the new key is accepted",
          await isRefused(postPlan(second.webUrl, second.smokeApiKey, "Tea")),
          false,
        );
        await stage.within(variablesLimit, "rotate the owner's password", () =>
          rolloutAs(0, "rotate", "database-password"),
        );
        const third = await outputs();
        stage.expect(
          "the database",
          "the owner's old password is refused",
          await isRefused(ask(first.databaseUrl, "SELECT 1")),
          true,
        );
        stage.expect(
          "the database",
          "the owner's new password is accepted",
          await isRefused(ask(third.databaseUrl, "SELECT 1")),
          false,
        );
        await stage.within(variablesLimit, "rotate the application's password", () =>
          rolloutAs(0, "rotate", "application-password"),
        );
        const fourth = await outputs();
        stage.expect(
          "the database",
          "the application's old password is refused",
          await isRefused(ask(first.applicationDatabaseUrl, "SELECT 1")),
          true,
        );
        stage.expect(
          "the database",
          "the application's new password is accepted",
          await isRefused(ask(fourth.applicationDatabaseUrl, "SELECT 1")),
          false,
        );
        await world.expectService(stage);
      },
    },
    {
      name: "watch-and-alert",
      promise:
        "A release that fails one request of ten is rolled back by its watch, and the alert is delivered.",
      run: async (stage) => {
        const notified: string[] = [];
        const receiver = createServer((request, response) => {
          let text = "";
          request.on("data", (chunk: Buffer) => (text += chunk.toString()));
          request.on("end", () => {
            notified.push(String((JSON.parse(text) as { event?: unknown }).event));
            response.writeHead(204, { connection: "close" }).end();
          });
        });
        await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
        try {
          const address = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/hook`;
          await set("rollout:notifySecrets.webhook", address, "--secret");
          await set("rollout:watch.everySeconds", "1");
          await set("rollout:watch.windowSeconds", "8");
          await set("rollout:watch.syntheticLoad", "20");
          await set("rollout:watch.business.minimumPerHour", "0");
          const [before, good] = [await seen(), head()];
          failRequests(checkout);
          changeApplication(checkout, "acceptance, watched", "worker");
          checkout.commit("Fail one of ten requests");
          const limit = rolloutLimit + watchSeconds + fastLimit;
          await stage
            .within(limit, "roll out, watch, roll back", () =>
              rolloutAs(4, "up", "--watch", `${String(watchSeconds)}s`),
            )
            .finally(() => world.backTo(good));
          const now = await seen();
          stage.expect("the application", "of what the web was built", now.source, before.source);
          stage.expect(
            "Vercel",
            "the address points at the deployment of before",
            now.deployment,
            before.deployment,
          );
          stage.expect("the receiver", "the alert was delivered, and that it is resolved", notified, [
            "opened",
            "resolved",
          ]);
        } finally {
          receiver.closeAllConnections();
          receiver.close();
        }
      },
    },
  ];
}
