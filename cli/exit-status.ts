/** What `bin/rollout` ends with; the same numbers in every command. */
export const exitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  /** Failed, and the release before is live again. */
  rolledBack: 4,
  /** Failed, and the rollback failed too. */
  notRolledBack: 5,
  /** A watch or a load test could not conclude whether the release is good. */
  inconclusive: 6,
  /** A load test found the release slower than its baseline, or failing too often. */
  regressed: 7,
  /** Ctrl-C, as shells count it: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
