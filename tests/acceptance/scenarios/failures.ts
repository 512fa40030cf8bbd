import type { Failure } from "../../sandbox/ways-to-fail.ts";
import { failuresOf } from "../../sandbox/ways-to-fail.ts";
import type { Scenario, Stage } from "../stage.ts";
import type { World } from "../world.ts";
import { openIncidents, rolloutLimit, shownRollout } from "../world.ts";

/** A rollback, in seconds (requirement: under 5 min). It follows a rollout that failed, within one command. */
const rollbackLimit = 300;

/** Releases that fail, after each of which the environment is what it was before. */
export function failureScenarios(world: World): readonly Scenario[] {
  const failures = failuresOf(world.checkout, world.sandbox);
  const fail = async (
    stage: Stage,
    failure: Failure,
    ...parts: readonly ("worker" | "web")[]
  ): Promise<void> => {
    const { head, release, seen } = world;
    const [before, good] = [await seen(), head()];
    await failure.by();
    const commit = release("Break it", ...parts);
    try {
      await stage.within(rolloutLimit + rollbackLimit, `roll out, fail at ${failure.step}, roll back`, () =>
        world.rolloutAs(4, "up"),
      );
    } finally {
      world.backTo(good);
    }
    stage.expect("GitHub", "the broken rollout is a failure", await shownRollout(world, commit), "failure");
    await world.expectSame(stage, before);
    const incidents = (await openIncidents(world)).filter((title) => title.includes(commit.slice(0, 12)));
    stage.expect("GitHub", "one incident is open about it", incidents.length, 1);
    stage.expect("GitHub", "it names the step that failed", incidents[0]?.includes(failure.step), true);
  };
  const of = (name: string): Failure => {
    const failure = failures[name];
    if (!failure) throw new Error(`tests/sandbox/ways-to-fail.ts has no failure "${name}"`);
    return failure;
  };
  return [
    {
      name: "failed-health-check",
      promise:
        "A worker that does not become healthy fails the rollout; the release before is restored, with an incident.",
      run: async (stage) => {
        await fail(stage, of("a worker exits when it starts"));
        await world.expectService(stage);
      },
    },
    {
      name: "failed-migration",
      promise: "A migration that fails deploys nothing and leaves the schema as it was.",
      run: async (stage) => {
        await fail(stage, of("a migration breaks off"), "worker", "web");
        const columns = await world.ask(
          "SELECT 1 FROM information_schema.columns WHERE table_name = 'plans' AND column_name = 'half'",
        );
        stage.expect("the database", "the migration's column is not there", columns, []);
      },
    },
    {
      name: "failed-smoke-test",
      promise: "A release that is live and fails its smoke test is rolled back.",
      run: async (stage) => {
        await fail(stage, of("an answer names the wrong job"));
        await world.expectService(stage);
      },
    },
  ];
}
