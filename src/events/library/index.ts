export { LibraryFeed } from "./library-feed";
