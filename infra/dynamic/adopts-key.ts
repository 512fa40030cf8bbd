/**
 * The input by which a resource adopts: the id of a thing that exists. Its provider then only reads, instead of creating
 * one. Program and provider process share the name and nothing else.
 */
export const adoptsKey = "adopts";
