import { callsOf, writesOf } from "../../sandbox/story.ts";
import type { Scenario } from "../stage.ts";
import type { World } from "../world.ts";
import { rolloutLimit, rolloutsOf, shownRollout } from "../world.ts";

/** Rollouts that succeed: one, two at once, one that the gate refuses first, one that was killed. */
export function rolloutScenarios(world: World): readonly Scenario[] {
  const { sandbox, rollout, rolloutAs, release, head, seen } = world;
  return [
    {
      name: "normal-rollout",
      promise: "A release with another worker and another web is rolled out in under 10 min, and serves.",
      run: async (stage) => {
        const { older: before } = await world.changeBoth(stage);
        const after = await seen();
        stage.expect(
          "Fly",
          "every worker has machines that pass their checks",
          after.healthy,
          before.healthy,
        );
        stage.expect(
          "Fly",
          "the changed worker runs another image",
          after.images["atlaris-worker-staging"]?.[0] !== before.images["atlaris-worker-staging"]?.[0],
          true,
        );
        stage.expect(
          "Vercel",
          "the address points at another deployment",
          after.deployment !== before.deployment,
          true,
        );
        stage.expect("GitHub", "the rollout is a success", await shownRollout(world, head()), "success");
        await world.expectService(stage);
      },
    },
    {
      name: "two-at-once",
      promise: "Of two rollouts at the same time the second waits, and the release is rolled out once.",
      run: async (stage) => {
        const commit = release("Change one worker, twice at once", "worker");
        const both = await stage.within(2 * rolloutLimit, "two rollouts at once", () =>
          Promise.all([rollout("up"), rollout("up")]),
        );
        for (const { status, output } of both)
          if (status !== 0)
            throw new Error(`one of two ended with ${String(status)}: ${output.slice(-2000)}`);
        stage.expect("GitHub", "there is one rollout of the commit", await rolloutsOf(world, commit), 1);
        stage.expect("GitHub", "it is a success", await shownRollout(world, commit), "success");
        await world.expectService(stage);
      },
    },
    {
      name: "gate",
      promise:
        "The gate refuses a commit whose CI is red and writes nothing; once it is green, it lets it in.",
      run: async (stage) => {
        const before = await seen();
        const commit = release("Change one worker under red CI", "worker");
        await sandbox.read("ci", "--fail");
        const writes = await writesOf(sandbox);
        await stage.step("roll out under red CI", () => rolloutAs(3, "up"));
        stage.expect(
          "GitHub",
          "no cloud has answered a call that writes",
          (await writesOf(sandbox)) - writes,
          0,
        );
        await world.expectSame(stage, before);
        await sandbox.read("ci", "--pass");
        await stage.within(rolloutLimit, "roll out under green CI", () => rolloutAs(0, "up"));
        stage.expect("GitHub", "the rollout is a success", await shownRollout(world, commit), "success");
      },
    },
    {
      name: "killed-and-resumed",
      promise: "A rollout that was killed with all its processes is run again by the same command.",
      run: async (stage) => {
        const before = await seen();
        const commit = release("Change worker and web, and be killed", "worker", "web");
        const uploads = "POST /v13/deployments";
        const made = await callsOf(sandbox, uploads);
        await stage.step("roll out, and kill it at the web's deployment", () =>
          sandbox.runUntil(
            async () => (await callsOf(sandbox, uploads)) > made,
            ...["bin/rollout", "up", "--stack", "staging"],
          ),
        );
        stage.expect(
          "GitHub",
          "the killed rollout has not ended",
          await shownRollout(world, commit),
          "in_progress",
        );
        await stage.within(rolloutLimit, "the same command again", () => rolloutAs(0, "up"));
        const after = await seen();
        stage.expect(
          "Fly",
          "every worker has machines that pass their checks",
          after.healthy,
          before.healthy,
        );
        stage.expect(
          "Vercel",
          "the address points at another deployment",
          after.deployment !== before.deployment,
          true,
        );
        stage.expect("GitHub", "the rollout is a success", await shownRollout(world, head()), "success");
        await world.expectService(stage);
      },
    },
  ];
}
