import type { CloudName } from "../emulator.ts";
import type { Store } from "../store.ts";
import { delayOf, lagOfProfile, openRandom, type DelayProfile } from "./delay-profile.ts";
import { parseFaultRule, pathPattern, type FaultRule } from "./fault-rule.ts";

/** A rule with what has become of it. */
export interface ActiveRule extends FaultRule {
  readonly id: number;
  /** Calls that it covered, the skipped ones too. */
  seen: number;
  /** Calls that met the fault. */
  hits: number;
}

export interface FaultState {
  profile: DelayProfile;
  /** Of the delays' random numbers. */
  seed: number;
  /** Milliseconds for which reads lag behind writes, where that is not as in the profile. */
  lag?: Partial<Record<CloudName, number>>;
  nextId: number;
  rules: ActiveRule[];
}

export const initialFaults = (): FaultState => ({ profile: "none", seed: 1, nextId: 1, rules: [] });

/** What is to happen to one call. */
export interface Decision {
  readonly delayMilliseconds: number;
  readonly fault: FaultRule | undefined;
}

/** All that is set. */
export interface FaultList {
  readonly profile: DelayProfile;
  /** Milliseconds, of the clouds where that is not as in the profile. */
  readonly lag?: Readonly<Partial<Record<CloudName, number>>>;
  readonly rules: readonly ActiveRule[];
}

/** The faults of a sandbox: durable, until they are cleared. */
export interface Faults {
  list(): FaultList;
  /** Throws a FaultRuleError when it is no rule. */
  add(rule: FaultRule): Promise<ActiveRule>;
  /** `seed` makes the delays the same ones again. */
  profile(profile: DelayProfile, seed?: number): Promise<void>;
  /** For how long a change is not visible to reads, in milliseconds. */
  lagOf(cloud: CloudName): number;
  /** Sets it for these clouds. */
  lag(clouds: readonly CloudName[], milliseconds: number): Promise<void>;
  /** No rules, no delays and no lags any more. */
  clear(): Promise<void>;
  /** Nothing when there is nothing to decide, which is the common case. */
  decide(cloud: CloudName, method: string, path: string): Promise<Decision> | undefined;
}

export const isSpent = (rule: ActiveRule): boolean => rule.times !== undefined && rule.hits >= rule.times;

export function openFaults(store: Store<FaultState>): Faults {
  const { state } = store;
  let random = openRandom(state.seed);
  const patterns = new Map<number, RegExp>();

  const covers = (rule: ActiveRule, cloud: CloudName, method: string, path: string): boolean => {
    if (rule.cloud !== cloud || (rule.method !== undefined && rule.method !== method)) return false;
    const pattern = patterns.get(rule.id) ?? pathPattern(rule.path);
    patterns.set(rule.id, pattern);
    return pattern.test(path);
  };

  return {
    list: () => ({
      profile: state.profile,
      ...(state.lag === undefined ? {} : { lag: state.lag }),
      rules: state.rules,
    }),
    lagOf: (cloud) => state.lag?.[cloud] ?? lagOfProfile(state.profile, cloud),
    lag: async (clouds, milliseconds) => {
      state.lag = { ...state.lag, ...Object.fromEntries(clouds.map((cloud) => [cloud, milliseconds])) };
      await store.commit();
    },
    add: async (input) => {
      const rule: ActiveRule = { ...parseFaultRule({ ...input }), id: state.nextId, seen: 0, hits: 0 };
      state.nextId += 1;
      state.rules.push(rule);
      await store.commit();
      return rule;
    },
    profile: async (profile, seed = 1) => {
      state.profile = profile;
      state.seed = seed;
      random = openRandom(seed);
      await store.commit();
    },
    clear: async () => {
      state.profile = "none";
      state.rules = [];
      delete state.lag;
      await store.commit();
    },
    decide: (cloud, method, path) => {
      if (state.profile === "none" && state.rules.length === 0) return undefined;
      let delayMilliseconds = delayOf(state.profile, { cloud, method, path }, random);
      let fault: FaultRule | undefined;
      let hasChanged = false;
      for (const rule of state.rules) {
        if (isSpent(rule) || !covers(rule, cloud, method, path)) continue;
        hasChanged = true;
        rule.seen += 1;
        if (rule.seen <= (rule.skip ?? 0)) continue;
        rule.hits += 1;
        if (rule.kind === "delay") delayMilliseconds += rule.milliseconds ?? 0;
        else {
          fault = rule;
          break;
        }
      }
      const decision = { delayMilliseconds, fault };
      // How often a rule has struck is on disk before it strikes: a restart must not begin to count again.
      return hasChanged ? store.commit().then(() => decision) : Promise.resolve(decision);
    },
  };
}
