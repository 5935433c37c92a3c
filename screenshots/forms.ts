import type { Simulator } from "../simulator";
import type { Editor } from "../testing/browser/editor";
import type { Camera } from "./camera";

/** The id of a node with this type or name. */
export async function findNode(editor: Editor, wanted: string): Promise<string> {
  const node = (await editor.nodes()).find(({ type, name }) => type === wanted || name === wanted);
  if (!node) throw new Error(`The example has no ${wanted}.`);
  return node.id;
}

/**
 * The form of a server: the list after a sign-in, the form with what a click filled in, and a tested connection.
 * @param whole whether to take a picture of each, or of the form alone
 */
export async function showServer(editor: Editor, camera: Camera, whole: boolean): Promise<void> {
  const { page } = editor;
  const part = (name: string) => page.locator(`#plex-config-${name}`);
  await editor.edit(await findNode(editor, "plex-transient-token"));
  await editor.editReferred("server");
  for (const name of ["url", "name"]) await editor.configField(name).fill("");
  const opened = page.waitForEvent("popup");
  await part("sign-in-button").click();
  const tab = await opened;
  await tab.locator("#allow").click();
  const servers = page.locator("#plex-config-servers [role=option]");
  await servers.first().waitFor();
  await tab.close();
  await servers.first().focus();
  if (whole) await camera.take("servers", [page.locator(".plex-access-box")], 6);
  await servers.first().click();
  await page.locator("#plex-config-addresses [role=option]").first().waitFor();
  const form = page.locator("#node-config-dialog-edit-form .form-row");
  const rows = { has: editor.configField("url") };
  await camera.take("sign-in", [page.locator(".red-ui-tray-header").last(), page.locator("#plex-config-more")]);
  await part("test-button").click();
  await part("test-message").locator(".plex-access-ok").waitFor();
  if (whole) await camera.take("test-connection", [form.filter(rows), part("test")], 10);
  await editor.update();
  await editor.done();
}

/** The sources that a click lists beside the field, and what is left of them for some letters. */
export async function showSources(editor: Editor, camera: Camera): Promise<void> {
  const { page } = editor;
  await editor.importExample("02 - Find the way to a source");
  await editor.edit(await findNode(editor, "plex-source-connection"));
  await page.locator("#plex-source-connection-picker-button").click();
  await page.locator("#plex-source-connection-picker-filter").fill("m");
  const server = page.locator("#dialog-form .form-row", { has: editor.field("server") });
  await camera.take("sources", [server, page.locator("#plex-source-connection-picker")], 10);
  await editor.cancel();
}

/** The form of a request, with the list of what is usually asked for. */
export async function showRequest(editor: Editor, camera: Camera): Promise<void> {
  const { page } = editor;
  await editor.importExample("15 - Pick a random film that nobody has seen");
  await editor.edit(await findNode(editor, "plex-request"));
  await page.locator("#plex-request-endpoint-picker-button").click();
  await page.locator("#plex-request-endpoint-picker [role=option]").first().waitFor();
  const method = page.locator("#dialog-form .form-row", { has: editor.field("method") });
  await camera.take("requests", [method, page.locator("#plex-request-endpoint-picker")], 10);
  await editor.cancel();
}

/** The form of a node that listens, with the players that a click finds. */
export async function showEvents(editor: Editor, camera: Camera, simulator: Simulator): Promise<void> {
  const { page } = editor;
  const viewer = simulator.viewer();
  viewer.play();
  await editor.importExample("17 - Lights for the film");
  await editor.edit(await findNode(editor, "plex-events"));
  await page.locator("#plex-events-player-button").click();
  await page.locator("#plex-events-player [role=option]").first().waitFor();
  const rows = page.locator("#dialog-form .form-row:visible");
  await camera.take("events", [rows.first(), rows.last()], 6);
  await editor.cancel();
  viewer.stop();
}
