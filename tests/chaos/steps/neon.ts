import type { Bag, Made, Step } from "../step.ts";

const of = (made: Made, name: string): Bag => made.get(name) ?? {};
const place = (made: Made): Bag => ({
  projectId: of(made, "database-project")["projectId"],
  branchId: of(made, "database-branch")["branchId"],
});
const withEndpoint = ["database-project", "database-branch", "database-endpoint"];

/** A branch with its compute, roles and addresses. Applied roles and migrations act on the database itself and are not here. */
export const neonSteps: readonly Step[] = [
  {
    name: "database-project",
    path: "neon/project",
    needs: [],
    inputs: (release, _made, world) => ({
      ...{ name: world.name("shop"), region: "aws-eu-central-1", postgresVersion: 18, defaultBranch: "main" },
      historyRetentionSeconds: release === 1 ? 86_400 : 43_200,
    }),
    changes: true,
  },
  {
    name: "existing-project",
    path: "neon/existing-project",
    needs: ["database-project"],
    inputs: (_release, made) => ({ name: of(made, "database-project")["name"], madeBy: "another stack" }),
    changes: false,
  },
  {
    name: "database-branch",
    path: "neon/branch",
    needs: ["database-project"],
    inputs: (release, made) => ({
      projectId: of(made, "database-project")["projectId"],
      parentId: of(made, "database-project")["defaultBranchId"],
      ...{ name: release === 1 ? "staging" : "staging-2", isProtected: false },
    }),
    changes: true,
  },
  {
    name: "database-endpoint",
    path: "neon/endpoint",
    needs: ["database-project", "database-branch"],
    inputs: (release, made) => ({
      ...{ ...place(made), minUnits: 0.25, maxUnits: release === 1 ? 1 : 2, suspendSeconds: 0 },
    }),
    changes: true,
  },
  {
    name: "database-role",
    path: "neon/role",
    needs: withEndpoint,
    inputs: (release, made) => ({ ...place(made), name: "shop", passwordVersion: String(release) }),
    changes: true,
  },
  {
    name: "database-database",
    path: "neon/database",
    needs: [...withEndpoint, "database-role"],
    inputs: (_release, made) => ({ ...place(made), name: "shop", owner: "shop" }),
    changes: false,
  },
  {
    name: "database-connection",
    path: "neon/connection",
    needs: [...withEndpoint, "database-role", "database-database"],
    inputs: (_release, made) => ({
      ...place(made),
      endpointId: of(made, "database-endpoint")["endpointId"],
      ...{ database: "shop", role: "shop", password: of(made, "database-role")["password"] },
    }),
    changes: false,
  },
  {
    name: "backup",
    path: "rollout/backup",
    mayDiffer: {
      "neon projects.branches":
        "a backup is named by its time: one whose answer was lost expires, and is pruned with the others",
    },
    needs: withEndpoint,
    inputs: (release, made) => ({
      ...{ ...place(made), environment: "staging", migrations: `set-${String(release)}`, keep: 3, days: 7 },
    }),
    changes: true,
  },
];
