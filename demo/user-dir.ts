import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cleanup } from "./cleanup";

const PACKAGE = "node-red-contrib-plex-access";

/** Written into settings.js as it is: what Node-RED does when the demo is gone without having said so. */
const END = `
process.on("disconnect", () => {
  require("node:fs").rmSync(__dirname, { recursive: true, force: true });
  process.exit();
});
`;

function settings(port: number): object {
  return {
    uiHost: "127.0.0.1",
    uiPort: port,
    flowFile: "flows.json",
    credentialSecret: randomBytes(32).toString("hex"),
    telemetry: { enabled: false, updateNotification: false },
    // Nothing is to be installed into a folder that is thrown away.
    externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpload: false } },
    editorTheme: { tours: false, page: { title: "Plex Access demo" }, header: { title: "Plex Access demo" } },
    logging: { console: { level: "error", metrics: false, audit: false } },
  };
}

/** Makes a user folder for Node-RED with this package installed in it; it is removed at the end. */
export function makeUserDir(root: string, port: number, cleanup: Cleanup): string {
  const userDir = mkdtempSync(join(tmpdir(), "plex-access-demo-"));
  cleanup.add(() => {
    rmSync(userDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  mkdirSync(join(userDir, "node_modules"));
  symlinkSync(root, join(userDir, "node_modules", PACKAGE), "junction");
  const manifest = { name: "plex-access-demo", private: true, dependencies: { [PACKAGE]: "*" } };
  writeFileSync(join(userDir, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(userDir, "flows.json"), "[]");
  writeFileSync(join(userDir, "settings.js"), `module.exports = ${JSON.stringify(settings(port))};\n${END}`);
  return userDir;
}
