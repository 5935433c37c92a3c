export { queryNames, withCommandId, withQuery } from "./address";
export { readContent } from "./content";
export { ListPages, pageSize, type PageWish } from "./list-pages";
export { readPath } from "./path";
export { CommandIds, readPlayer } from "./player";
export { readQuery } from "./query";
export { readVia, type Via } from "./via";
