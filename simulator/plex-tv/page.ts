/** The page that stands for app.plex.tv/auth: what it allows comes in the fragment, which servers do not see. */
export const AUTH_PAGE = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign in (simulated)</title></head>
<body>
<h1>Simulated sign-in</h1>
<p>Allow <b id="product"></b> to use this account?</p>
<button id="allow">Allow</button> <button id="deny">Deny</button>
<p id="result" role="status"></p>
<script>
const values = new URLSearchParams(location.hash.replace(/^#!?\\??/, "") || location.search);
const show = (id, text) => { document.getElementById(id).textContent = text; };
show("product", values.get("context[device][product]") || "this application");
async function decide(decision) {
  const answer = await fetch(decision + "?code=" + encodeURIComponent(values.get("code") || ""), { method: "POST" });
  show("result", answer.ok ? "Done. You can close this window." : "This code is not known, or it is over.");
  const forward = values.get("forwardUrl") || "";
  if (answer.ok && /^https?:\\/\\//.test(forward)) location.href = forward;
}
document.getElementById("allow").onclick = () => decide("/auth/allow");
document.getElementById("deny").onclick = () => decide("/auth/deny");
</script>
</body>
</html>
`;
