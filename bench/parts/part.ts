import type { StandIn } from "../children";
import type { Goal } from "../goals";
import type { Sample } from "../inside/meter";
import type { Figures, Profile } from "../results";
import type { Extent } from "../rounds";

/** What a part is measured with. */
export interface Setting {
  readonly server: StandIn;
  /** The folder with the packed working tree in its node_modules. */
  readonly installed: string;
  /** The folder with the first build; undefined where it could not be had. */
  readonly baseline: string | undefined;
  readonly extent: Extent;
  readonly log: (text: string) => void;
}

/** Measures something, and profiles it where its goals are missed. */
export type Part = (setting: Setting) => Promise<Partial<Figures>>;

/** What profiles have to be taken for, by the names that the goals give them. */
export function needed(goals: readonly Goal[]): Set<string> {
  return new Set(goals.flatMap(({ met, explainedBy = [] }) => (met === false ? explainedBy : [])));
}

/** Takes those profiles, one after the other. */
export async function explain(
  goals: readonly Goal[],
  measure: (name: string) => Promise<Pick<Sample, "profile">>,
): Promise<Profile[]> {
  const profiles: Profile[] = [];
  for (const name of needed(goals)) {
    const { profile } = await measure(name);
    if (profile) profiles.push({ name, summary: profile });
  }
  return profiles;
}
