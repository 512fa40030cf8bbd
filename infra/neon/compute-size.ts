/** Size of a branch's compute, as the settings have it. */
export interface ComputeSize {
  /** Size that the compute shrinks to, in compute units. */
  readonly minUnits: number;
  /** Size that it grows to. */
  readonly maxUnits: number;
  /** Idle seconds before it stops; 0 is Neon's own default, -1 never. */
  readonly suspendSeconds: number;
}

/** What Neon's default is in seconds: some answers have this number for it, others 0. */
const defaultSuspendSeconds = 300;

interface LiveSize {
  readonly suspend_timeout_seconds: number;
}

/** The size as the API has it. Neon refuses a suspend timeout on the Free plan, even its default: that one is left out. */
export function computeSize({ minUnits, maxUnits, suspendSeconds }: ComputeSize) {
  return {
    autoscaling_limit_min_cu: minUnits,
    autoscaling_limit_max_cu: maxUnits,
    ...(suspendSeconds === 0 ? {} : { suspend_timeout_seconds: suspendSeconds }),
  };
}

/** The same for a compute that exists: a timeout that was set is reset to the default. */
export function changedSize(live: LiveSize, wanted: ComputeSize) {
  const { suspend_timeout_seconds: _timeout, ...units } = computeSize(wanted);
  return hasSuspendTimeout(live, wanted.suspendSeconds)
    ? units
    : { ...units, suspend_timeout_seconds: wanted.suspendSeconds };
}

export function hasSuspendTimeout({ suspend_timeout_seconds: live }: LiveSize, wanted: number): boolean {
  return live === wanted || (wanted === 0 && live === defaultSuspendSeconds);
}
