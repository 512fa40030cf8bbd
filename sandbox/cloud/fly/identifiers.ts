import { randomBytes } from "node:crypto";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID: sorts by time; 26 characters, as Fly's instance and event ids are. */
export function ulid(now: number = Date.now()): string {
  let time = "";
  for (let rest = now, digit = 0; digit < 10; digit += 1, rest = Math.floor(rest / 32))
    time = (crockford[rest % 32] ?? "0") + time;
  return time + [...randomBytes(16)].map((byte) => crockford[byte % 32] ?? "0").join("");
}

/** 14 hexadecimal digits, as `148e5a1c7d5189`. */
export function machineId(): string {
  return randomBytes(7).toString("hex");
}

export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
