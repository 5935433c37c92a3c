/** The types of media that a listener can choose among. */
export const mediaTypes = ["movie", "episode", "track", "photo", "clip"] as const;

/** A type of media that a listener can choose. */
export type MediaType = (typeof mediaTypes)[number];
