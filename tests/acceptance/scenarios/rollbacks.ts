import { addMigration } from "../../sandbox/add-migration.ts";
import { postPlan, waitForPlan } from "../../sandbox/observe.ts";
import type { Scenario, Stage } from "../stage.ts";
import type { World } from "../world.ts";
import { rolloutLimit } from "../world.ts";

/** In seconds, as the requirements set them: a service, and the database. */
const [serviceLimit, databaseLimit] = [300, 1800];

const [worker, regenerator] = ["atlaris-worker-staging", "atlaris-worker-regenerator-staging"];

/** Rollbacks on request of one part, and forward again. */
export function rollbackScenarios(world: World): readonly Scenario[] {
  const { rolloutAs, seen } = world;
  /** Over a release that changed both, one of the two is rolled back and forward again. */
  const backAndForward = async (stage: Stage, part: "worker" | "web"): Promise<void> => {
    const { older, number } = await world.replacedBoth(stage);
    const newer = await seen();
    const isChanged =
      older.source !== newer.source && older.images[worker]?.[0] !== newer.images[worker]?.[0];
    stage.expect("Fly", "worker and web differ from the release before", isChanged, true);
    const expectParts = async (
      when: string,
      of: { readonly worker: typeof older; readonly web: typeof older },
    ): Promise<void> => {
      const now = await seen();
      stage.expect("Fly", `${when}, the worker's image`, now.images[worker], of.worker.images[worker]);
      stage.expect(
        "Fly",
        `${when}, the regenerator's image`,
        now.images[regenerator],
        newer.images[regenerator],
      );
      stage.expect("the application", `${when}, of what the web was built`, now.source, of.web.source);
      stage.expect("Fly", `${when}, machines that pass their checks`, now.healthy, newer.healthy);
    };
    await stage.within(serviceLimit, `roll the ${part} back`, () =>
      rolloutAs(0, "rollback", "--only", part, "--to", String(number)),
    );
    await expectParts(
      "after the rollback",
      part === "worker" ? { worker: older, web: newer } : { worker: newer, web: older },
    );
    await world.expectService(stage);
    await stage.within(serviceLimit, "roll forward again", () => rolloutAs(0, "up"));
    await expectParts("forward again", { worker: newer, web: newer });
  };
  return [
    {
      name: "worker-back-and-forward",
      promise:
        "A worker alone returns to the release before in under 5 min, and goes forward again; nothing else changes.",
      run: (stage) => backAndForward(stage, "worker"),
    },
    {
      name: "web-back-and-forward",
      promise:
        "The web alone returns to the release before in under 5 min, and goes forward again; nothing else changes.",
      run: (stage) => backAndForward(stage, "web"),
    },
  ];
}

/** The database of before a migration, on request. */
export function restoreScenario(world: World): Scenario {
  const { rolloutAs, checkout } = world;
  return {
    name: "restore-database",
    promise:
      "The database is restored to the backup before a migration in under 30 min; web and workers follow.",
    run: async (stage) => {
      const { webUrl, smokeApiKey } = await world.outputs();
      const plan = async (topic: string): Promise<unknown> =>
        waitForPlan(webUrl, smokeApiKey, await postPlan(webUrl, smokeApiKey, topic));
      const topics = (): Promise<readonly unknown[]> =>
        world.ask("SELECT topic FROM plans WHERE topic LIKE 'Restored %' ORDER BY topic");
      await plan("Restored early");
      addMigration(
        checkout,
        "9004_note",
        "-- undo: ALTER TABLE plans DROP COLUMN note;",
        "ALTER TABLE plans ADD COLUMN note text;",
      );
      checkout.commit("Give plans a note");
      await stage.within(rolloutLimit, "roll out a migration", () => rolloutAs(0, "up"));
      await plan("Restored late");
      stage.expect("the database", "both plans are there", await topics(), [
        { topic: "Restored early" },
        { topic: "Restored late" },
      ]);
      await stage.within(databaseLimit, "restore the backup before the migration", () =>
        rolloutAs(0, "restore-database", "--to", "last-backup", "--yes"),
      );
      stage.expect("the database", "the plan made after the backup is gone", await topics(), [
        { topic: "Restored early" },
      ]);
      await world.expectService(stage);
    },
  };
}
