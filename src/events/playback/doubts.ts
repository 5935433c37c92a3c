import { end, firstPause } from "./plays";
import { agrees, isSameItem, stay, then, type Doubt, type Play, type Step, type Table } from "./table";

/** The pause after which a doubt is looked into once more, and how often it is at all. */
const doubtPause = 2 * firstPause;
const mostTries = 2;

/** When a list was asked for, and when it came. */
export interface Moments {
  readonly askedAt: number;
  readonly now: number;
}

/** Whether this session might be the one that a stop under an unknown key means. */
export function isDoubted(play: Play, doubt: Doubt): boolean {
  const wasThere = !play.ending && play.began <= doubt.at;
  return wasThere && isSameItem(play, doubt) && agrees(play.player.id, doubt.player);
}

/** Looks whose stop it was that came under an unknown key: that of the session which is not listed any more. */
export function settleByList(table: Table, listed: ReadonlyMap<number, unknown>, { askedAt, now }: Moments): Step {
  let step = stay({ ...table, doubts: [] });
  for (const doubt of table.doubts) {
    step = then(step, (rest) => {
      const meant = [...rest.plays.values()].filter((play) => isDoubted(play, doubt));
      const over = askedAt < doubt.at ? [] : meant.filter(({ id }) => !listed.has(id));
      const { at, position } = doubt;
      const ends = over.map(
        (play) => (each: Table) =>
          end(each, { ...play, position: position ?? play.position, moved: at }, { at, inferred: false }),
      );
      const tries = doubt.tries + (askedAt < doubt.at ? 0 : 1);
      const again = over.length === 0 && meant.length > 0 && tries < mostTries;
      const askAt = askedAt < doubt.at ? now : now + doubtPause;
      const doubts = again ? [...rest.doubts, { ...doubt, tries, askAt }] : rest.doubts;
      return ends.reduce(then, stay({ ...rest, doubts }));
    });
  }
  return step;
}

/** Where the sessions cannot be read, a stop under an unknown key counts where player and item are those of a session. */
export function settleByIdentifier(table: Table): Step {
  const meant = table.doubts.flatMap((doubt) =>
    [...table.plays.values()]
      .filter((play) => isDoubted(play, doubt) && doubt.player !== null && play.player.id === doubt.player)
      .map((play) => ({ play, doubt })),
  );
  return meant.reduce(
    (step, { play, doubt: { at, position } }) =>
      then(step, (rest) => {
        const last = { ...play, position: position ?? play.position, moved: at };
        return rest.plays.has(play.id) ? end(rest, last, { at, inferred: false }) : stay(rest);
      }),
    stay({ ...table, doubts: [] }),
  );
}
