// A certified OpenID provider with made-up people, for the tests of signing in.
//
//   BONDGENOOT_REDIRECTS='["http://localhost:1/sign-in/with/acmidm/back"]' node provider.mjs FOLDER
//
// FOLDER holds node_modules. It prints one line, its issuer, and ends when its
// standard input does. Whoever signs in is who they say: "anna/OVO000123" has
// the vo_id anna, and acts for the organisation with that code; "anna" acts for
// none.
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import path from "node:path";

const folder = path.resolve(process.argv[2]);
const require = createRequire(path.join(folder, "package.json"));
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));
const redirects = JSON.parse(process.env.BONDGENOOT_REDIRECTS);

const server = createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://localhost:${server.address().port}`;

const client = {
  client_id: "bondgenoot",
  client_secret: "made up: for tests/only",
  redirect_uris: redirects,
  post_logout_redirect_uris: redirects.map((u) => new URL("/sign-in", u).href),
  response_types: ["code"],
  grant_types: ["authorization_code"],
};
const clients = [client];
if (process.env.BONDGENOOT_KEYS) {
  // one that shows itself by a key, and for which ID tokens are encrypted
  const { client_secret, ...rest } = client;
  clients.push({
    ...rest,
    client_id: "keyed",
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "RS256",
    jwks: JSON.parse(process.env.BONDGENOOT_KEYS),
    id_token_encrypted_response_alg: "RSA-OAEP",
    id_token_encrypted_response_enc: "A128CBC-HS256",
  });
}
const provider = new Provider(issuer, {
  clients,
  features: { encryption: { enabled: true } },
  pkce: { required: () => true },
  claims: { openid: ["sub"], vo: ["vo_id", "vo_orgcode", "vo_orgnaam", "rrn"] },
  scopes: ["openid", "vo"],
  async findAccount(ctx, id) {
    const [who, code] = id.split("/");
    return {
      accountId: id,
      claims: () => ({
        sub: id,
        vo_id: who,
        rrn: "00610199999",
        ...(code && { vo_orgcode: code, vo_orgnaam: "Huis van het Kind" }),
      }),
    };
  },
});
server.on("request", provider.callback());
console.log(issuer);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
