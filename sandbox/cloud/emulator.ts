import type { Hono } from "hono";
import type { Home } from "../home.ts";
import type { Account } from "./account/account.ts";
import type { ProcessKeeper } from "./process-keeper.ts";
import type { Store } from "./store.ts";

/** The clouds on this machine, by the name that addresses, folders and `bin/sandbox status` use. */
export const cloudNames = ["neon", "fly", "vercel", "github", "railway", "ai"] as const;
export type CloudName = (typeof cloudNames)[number];

/** What the server gives to each emulator. */
export interface EmulatorContext {
  readonly home: Home;
  /** This cloud's own folder, made already. */
  readonly dataFolder: string;
  /** Where layers of images are that all sandboxes of this user share; absent: none are. */
  readonly sharedLayers?: string;
  /** The bearer token that this cloud accepts; every other is answered as the vendor answers a wrong one. */
  readonly token: string;
  /** Where this cloud answers, without a trailing slash: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly processes: ProcessKeeper;
  /** Where the registry answers that images are pulled from; absent: there is none. */
  readonly registry?: string;
  /** What the account at each cloud has: kind of key, plan, rights. Read it in each call: it may change any time. */
  readonly account: Account;
  /** Opens the cloud's durable state; `initial` is what a new sandbox starts from. */
  openStore<State extends object>(initial: State): Promise<Store<State>>;
  /** A port that nothing listens on now and that this sandbox has not given away yet. */
  freePort(): Promise<number>;
  /** One line in the clouds' own log. Never a secret's value. */
  log(line: string): void;
}

/** One line of `bin/sandbox status`. */
export interface Running {
  readonly what: string;
  readonly address?: string;
  readonly state: string;
  readonly release?: string;
  readonly since?: string;
}

/** One cloud's control plane. */
export interface Emulator {
  /** The vendor's paths, from `/`. A path that is not here is answered 404 and shown by `status`. */
  readonly routes: Hono;
  /** Brings back what ran before the last stop or kill: databases, machines, deployments. */
  start(): Promise<void>;
  /** Stops what runs, keeping the state. */
  stop(): Promise<void>;
  running(): readonly Running[];
}

/** Each cloud's folder exports one of these from `index.ts`. */
export type OpenEmulator = (context: EmulatorContext) => Promise<Emulator>;
