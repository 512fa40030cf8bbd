import { randomInt } from "node:crypto";

const adjectives =
  "autumn bold calm cool crimson dark divine dry empty falling floral fragrant frosty gentle green hidden icy late lingering little long misty morning noisy old patient plain polished proud purple quiet rapid raspy restless rough round royal shiny shy silent small snowy soft solitary sparkling spring square steep still summer super sweet tight tiny twilight wandering weathered white wild winter wispy withered yellow young".split(
    " ",
  );
const nouns =
  "art band bar base bird block boat bonus bread breeze brook bush butterfly cake cell cherry cloud credit darkness dawn dew disk dream dust feather field fire firefly flower fog forest frog frost glade glitter grass hall hat haze heart hill king lab lake leaf limit math meadow mode moon morning mountain mouse mud night paper pine poetry pond queen rain recipe resonance rice river salad scene sea shadow shape silence sky smoke snow snowflake sound star sun sunset surf term thunder tooth tree truth union unit violet voice water waterfall wave wildflower wind wood".split(
    " ",
  );

const lettersAndDigits = "abcdefghijklmnopqrstuvwxyz0123456789";

function pick<Item>(items: readonly Item[] | string): Item | string {
  return items[randomInt(items.length)] ?? "";
}

const characters = (count: number, from: string): string =>
  Array.from({ length: count }, () => pick(from)).join("");

const words = (): string => `${pick(adjectives)}-${pick(nouns)}`;

/** Ids in Neon's forms: `late-frost-12345678`, `br-…`, `ep-…`. */
export const newProjectId = (): string => `${words()}-${characters(8, "0123456789")}`;
export const newBranchId = (): string => `br-${words()}-${characters(8, lettersAndDigits)}`;
export const newEndpointId = (): string => `ep-${words()}-${characters(8, lettersAndDigits)}`;

/** A password in Neon's form; nothing in it needs escaping in a connection string. */
export const newPassword = (): string =>
  `npg_${characters(24, lettersAndDigits + lettersAndDigits.toUpperCase())}`;
