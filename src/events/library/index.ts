export { libraryWants, onItem, onLibraryTick, onScanned, onTimeline } from "./library";
export { emptyLibrary, type Library, type LibraryStep } from "./state";
export { onTitles } from "./titles";
