export {
  mergePlayers,
  type Player,
  type PlayerUser,
  readAccountPlayers,
  readClientPlayers,
  readSessionPlayers,
} from "./players";
