import { z } from "zod";

export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/, "lower-case letters, digits and dashes");

export const seconds = (limit: number) => z.number().int().min(1).max(limit);
