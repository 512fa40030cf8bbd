/** A workflow that was started manually by the API. A repository has them oldest first, and none in snapshots of before. */
export interface WorkflowDispatch {
  readonly workflow: string;
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string | boolean | number>>;
}

/** A job of a run, where the sandbox's runner asks for a runner of it. */
export interface RunJob {
  readonly id: number;
  readonly name: string;
  readonly labels: readonly string[];
  readonly createdAt: string;
  status: "queued" | "in_progress" | "completed";
  conclusion?: "success" | "failure" | "cancelled" | "skipped";
  /** The self-hosted runner that has taken it. */
  runner?: string;
  startedAt?: string;
  completedAt?: string;
}
